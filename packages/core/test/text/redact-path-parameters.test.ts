/** Credentials in the parameters of path segments, which servlet containers write into URLs. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { redactUrls } from "../../src/text/redact-urls.js";

const SECRET = "S3CRET";
const names = fc.constantFrom("jsessionid", "JSESSIONID", "token", "session", "auth_key", "password");
const segment = fc.stringMatching(/^[a-z0-9]{0,5}$/);

test("no secret of a path parameter survives, wherever the URL is in a text", () => {
  fc.assert(
    fc.property(
      segment,
      names,
      segment,
      fc.constantFrom("", "?a=b", "#a", "/b;c=d", ";e=f"),
      (path, name, text, rest) => {
        const url = `http://h/${path};${name}=${SECRET}${rest}`;
        for (const message of [url, `${text} ${url} failed`, `"${url}": ${text}`]) {
          expect(redactUrls(message)).not.toContain(SECRET);
          expect(redactUrls(message)).toContain(`;${name}=REDACTED`);
        }
      },
    ),
  );
});

test("other path parameters stay", () => {
  expect(redactUrls("GET http://h/a;v=1;page=2 failed; retrying")).toBe("GET http://h/a;v=1;page=2 failed; retrying");
});
