import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isSecretName } from "../../src/text/secret-names.js";

describe("credentials", () => {
  test.each([
    "authorization",
    "Proxy-Authorization",
    "authentication-info",
    "x-authorization",
    "x-forwarded-authorization",
    "x-original-authorization",
    "x-auth-request-access-token",
    "x-oauth",
    "auth",
    "cookie",
    "set-cookie",
    "Cookie2",
    "jwt",
    "x-jwt",
    "x-jwt-payload",
    "x-goog-iap-jwt-assertion",
    "x-endpoint-api-userinfo",
    "x-amzn-oidc-data",
    "x-amzn-oidc-accesstoken",
    "x-functions-key",
    "ocp-apim-subscription-key",
    "x-access-key",
    "x-secret-key",
    "x-private-key",
    "x-passwd",
    "x-password",
    "x-pass",
    "passphrase",
    "db_pass",
    "dbpass",
    "pwd",
    "x-api_key",
    "x-api-key",
    "x.api.key",
    "apikey",
    "apiKey",
    "APIKEY",
    "API_KEYS",
    "key",
    "x-session-id",
    "sessionid",
    "JSESSIONID",
    "PHPSESSID",
    "connect.sid",
    "dpop",
    "DPoP",
    "x-bearer",
    "x-forwarded-client-cert",
    "ssl-client-cert",
    "Sec-WebSocket-Protocol",
    "x-csrf-token",
    "x-xsrf",
    "X-Amz-Signature",
    "X-Amz-Credential",
    "X-Amz-Security-Token",
    "X-Goog-Signature",
    "AWSAccessKeyId",
    "awsaccesskeyid",
    "Signature",
    "sig",
    "access_token",
    "accessToken",
    "id_token",
    "refresh_token",
    "client_secret",
    "user[password]",
    "SAMLResponse",
    "credentials",
  ])("%s", (name) => {
    expect(isSecretName(name)).toBe(true);
  });
});

describe("no credentials", () => {
  test.each([
    "",
    "author",
    "x-author",
    "authors",
    "x-authored-by",
    "authority",
    ":authority",
    "x-keyboard",
    "keyword",
    "x-keywords",
    "monkey",
    "x-hotkey",
    "idempotency-key",
    "Surrogate-Key",
    "cache_key",
    "passthrough",
    "pass-through",
    "passenger",
    "compass",
    "bypass",
    "x-tenant",
    "x-request-id",
    "content-type",
    "content-length",
    "user-agent",
    "accept-language",
    "location",
    "referer",
    "x-forwarded-for",
    "X-Amz-Date",
    "X-Amz-SignedHeaders",
    "X-Amz-Expires",
    "page",
    "design",
    "sort",
    "side",
  ])("%s", (name) => {
    expect(isSecretName(name)).toBe(false);
  });
});

test("any separators and prefixes leave a secret name secret", () => {
  const affix = fc.constantFrom("", "x", "my", "app", "v2");
  const separator = fc.constantFrom("-", "_", ".", "--", ":");
  const word = fc.constantFrom("token", "key", "secret", "pass", "cookie", "session", "jwt", "signature", "auth");
  fc.assert(
    fc.property(affix, separator, word, separator, affix, (start, before, secret, after, end) => {
      const name = start + before + secret + after + end;
      expect(isSecretName(name)).toBe(true);
      expect(isSecretName(name.toUpperCase())).toBe(true);
    }),
  );
});
