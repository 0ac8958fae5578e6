/** Credentials in captured headers and queries. */
import type { Span } from "@opentelemetry/api";
import { describe, expect, test } from "vitest";
import { capturedHeadersRule, recordHeaders } from "../src/captured-headers.js";
import { AttributeMap, withoutSecrets } from "../src/http-conventions.js";

const problem = (name: string): string | undefined => capturedHeadersRule.problem?.({ request: [name] } as never);

test("headers with credentials are refused by name, in any case", () => {
  for (const name of ["X-Authorization", "x-jwt", "DPoP", "x-api_key", "Sec-WebSocket-Protocol"]) {
    expect(problem(name)).toContain(`${name} may carry credentials`);
  }
  for (const name of ["x-tenant", "location", "x-keyboard", "x-author"]) expect(problem(name)).toBeUndefined();
});

function captured(name: string, value: string): unknown {
  const map = new AttributeMap();
  recordHeaders(map as never as Span, "h", [name], () => value);
  return map.attributes[`h.${name.toLowerCase()}`];
}

describe("a captured header", () => {
  test.each([
    ["Location", "http://bob:S3CRET@h/a?k=S3CRET", "http://REDACTED:REDACTED@h/a?REDACTED"],
    ["location", "/a?S3CRET with space", "/a?REDACTED"],
    ["location", "?S3CRET", "?REDACTED"],
    ["location", "//S3CRET@h/", "//REDACTED:REDACTED@h/"],
    ["referer", "https://h/#access_token=S3CRET", "https://h/#REDACTED"],
    ["content-location", "/a?b=c", "/a?REDACTED"],
    ["link", '<https://h/?k=S3CRET>; rel="next"', '<https://h/?REDACTED>; rel="next"'],
    ["refresh", "0; url=https://bob:S3CRET@h/", "0; url=https://REDACTED:REDACTED@h/"],
    ["x-forwarded-uri", "/a?k=S3CRET", "/a?REDACTED"],
    ["x-tenant", "blue", "blue"],
    ["content-type", "text/html; charset=utf-8", "text/html; charset=utf-8"],
  ])("%s: %s", (name, value, recorded) => {
    expect(captured(name, value)).toEqual([recorded]);
  });
});

describe("a captured query", () => {
  test.each([
    ["page=2&sig=S3CRET", "page=2&sig=REDACTED"],
    [
      "X-Amz-Credential=S&X-Amz-Date=1&X-Amz-Signature=S",
      "X-Amz-Credential=REDACTED&X-Amz-Date=1&X-Amz-Signature=REDACTED",
    ],
    ["access_token=S;api_key=S&password=S", "access_token=REDACTED;api_key=REDACTED&password=REDACTED"],
    ["acc%65ss_tok%65n=S", "acc%65ss_tok%65n=REDACTED"],
    ["%=1&%E0=2", "%=1&%E0=2"],
    ["user[password]=S&user%5Btoken%5D=S", "user[password]=REDACTED&user%5Btoken%5D=REDACTED"],
    ["next=http://bob:S@h/?k=S", "next=http://REDACTED:REDACTED@h/?REDACTED"],
    ["next=http%3A%2F%2Fbob%3AS%40h", "next=http%3A%2F%2FREDACTED"],
    ["token", "token"],
    ["a=b=c&&d", "a=b=c&&d"],
    ["", ""],
  ])("%s", (query, redacted) => {
    expect(withoutSecrets(query)).toBe(redacted);
  });
});
