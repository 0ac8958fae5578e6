import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { redactUrl, redactUrls } from "../../src/text/redact-urls.js";

describe("redactUrls removes", () => {
  test.each([
    ["http://bob:S3CRET@host/a", "http://REDACTED:REDACTED@host/a"],
    ["connect to http://S3CRET@host:1/ failed", "connect to http://REDACTED:REDACTED@host:1/ failed"],
    ["http://:S3CRET@host", "http://REDACTED:REDACTED@host"],
    ["//bob:S3CRET@host/a", "//REDACTED:REDACTED@host/a"],
    ["redis://bob:S3CRET@host", "redis://REDACTED:REDACTED@host"],
    ["http:\\\\bob:S3CRET@host", "http:\\\\REDACTED:REDACTED@host"],
    ["http:/bob:S3CRET@host", "http:/REDACTED:REDACTED@host"],
    ["bob:S3CRET@host:5432", "REDACTED:REDACTED@host:5432"],
    ["http://bob:a@S3CRET@host/", "http://REDACTED:REDACTED@host/"],
    ["http://bob:a/S3CRET@host/b", "http://REDACTED:REDACTED@host/b"],
    ["http://bob:a?S3CRET@host/?k=S3CRET", "http://REDACTED:REDACTED@REDACTED"],
    ["http://bob:a#S3CRET@host/b", "http://REDACTED:REDACTED@host/b"],
    ["from http://bob:a S3CRET@ho st/", "from http://REDACTED:REDACTED@ho st/"],
    ["http://bob:S3CRET\n@host/", "http://REDACTED:REDACTED@host/"],
    ["http://bob:\nS3CRET@host/", "http://REDACTED:REDACTED@host/"],
    ["http://S3CRET\r\n@host/", "http://REDACTED:REDACTED@host/"],
    ["http://bob:123 @host/", "http://REDACTED:REDACTED@host/"],
    ["request to http://h/?token=S3CRET failed", "request to http://h/?REDACTED failed"],
    ["http://h?S3CRET", "http://h?REDACTED"],
    ["http://h/#access_token=S3CRET", "http://h/#REDACTED"],
    ["http://h/#/route?k=S3CRET", "http://h/#REDACTED"],
    ["Route GET:/x?S3CRET not found", "Route GET:/x?REDACTED not found"],
    ["see ?k=S3CRET", "see ?REDACTED"],
    ['{"url":"http://bob:S3CRET@h/?k=S3CRET","n":1}', '{"url":"http://REDACTED:REDACTED@h/?REDACTED","n":1}'],
    ["<http://h/?k=S3CRET>; rel=next", "<http://h/?REDACTED>; rel=next"],
    ["('http://h/?k=S3CRET').", "('http://h/?REDACTED')."],
    ['http://h/?k=a"S3CRET', "http://h/?REDACTED"],
    ["http://a:S3CRET@b,http://c:S3CRET@d", "http://REDACTED:REDACTED@b,http://REDACTED:REDACTED@d"],
    ["/p/http%3A%2F%2Fbob%3AS3CRET%40host", "/p/http%3A%2F%2FREDACTED"],
    ["/p/http%253A%252F%252Fh%253Fk%253DS3CRET", "/p/http%253A%252F%252FREDACTED"],
    ["/p/x%3Fk%3DS3CRET", "/p/x%3FREDACTED"],
    ["bob%3AS3CRET%40host", "bob%3AREDACTED"],
    ["http://[::1]:80/?k=S3CRET", "http://[::1]:80/?REDACTED"],
    [
      "a http://u:S3CRET@h\n    at f (http://h/x?S3CRET)",
      "a http://REDACTED:REDACTED@h\n    at f (http://h/x?REDACTED)",
    ],
  ])("%s", (text, redacted) => {
    expect(redactUrls(text)).toBe(redacted);
  });
});

describe("redactUrls keeps", () => {
  test.each([
    "",
    "what? no",
    "is it /a/?",
    "mail bob@example.com",
    "    at f (file:///app/node_modules/.pnpm/x@1.0.0/node_modules/@y/z/index.js:12:34)",
    "    at f (/app/node_modules/.pnpm/x@1.0.0/node_modules/x/index.js:12:34)",
    "    at f (C:\\app\\node_modules\\x@1.0.0\\index.js:12:34)",
    "connect ECONNREFUSED 127.0.0.1:80",
    "http://host:80/a/b@c#d",
    "100%",
    "http://host:80\n    at f (/app/node_modules/@y/z/index.js:1:2)",
    "http://host mail bob@example.com",
    "// @ts-ignore",
  ])("%s", (text) => {
    expect(redactUrls(text)).toBe(text);
  });

  test("line and column of a module with a query", () => {
    expect(redactUrls("at f (file:///app/x.js?v=1:12:34)")).toBe("at f (file:///app/x.js?REDACTED:12:34)");
  });
});

test("redactUrl takes the whole text as one URL", () => {
  expect(redactUrl("http://bob:S3CRET@ho st/?k=S3 CRET")).toBe("http://REDACTED:REDACTED@ho st/?REDACTED");
  expect(redactUrl("bob:S3 CRET@host/a?k=S3CRET", { userInfo: "***", query: "***" })).toBe("***@host/a?***");
  expect(redactUrl("S3CRET@host")).toBe("REDACTED:REDACTED@host");
  expect(redactUrl("/a/b")).toBe("/a/b");
});

// A part that no other text contains, among the characters that URLs allow there.
const secret = fc
  .tuple(
    fc.string({ unit: fc.constantFrom(..."abcXYZ019-._~!$&'()*+,;="), maxLength: 6 }),
    fc.string({ unit: fc.constantFrom(..."abcXYZ019-._~!$&'()*+,;=%@/:?# é"), maxLength: 6 }),
  )
  .map(([start, end]) => `${start}S3CRET${end}`);
const encoded = secret.map((text) => encodeURIComponent(text));
const urls = fc
  .record({
    scheme: fc.constantFrom("http:", "https:", "ws:", "redis:", "mongodb+srv:", "git+ssh:", ""),
    user: fc.option(encoded),
    password: fc.option(encoded),
    host: fc.constantFrom("host", "a.b.example:8080", "127.0.0.1:1", "[::1]:80", "[2001:db8::1]"),
    path: fc.constantFrom("", "/", "/a/b", "/@a/b@1", "//a", "/a:b"),
    query: fc.option(
      fc.oneof(
        encoded,
        fc.tuple(fc.constantFrom("k", "token"), encoded).map((pair) => pair.join("=")),
      ),
    ),
    fragment: fc.option(fc.constantFrom("top", "a=b")),
  })
  .map(({ scheme, user, password, host, path, query, fragment }) => {
    const userInfo =
      user === null && password === null ? "" : `${user ?? ""}${password === null ? "" : `:${password}`}@`;
    return `${scheme}//${userInfo}${host}${path}${query === null ? "" : `?${query}`}${fragment === null ? "" : `#${fragment}`}`;
  });
const texts = fc
  .array(
    fc.tuple(
      fc.constantFrom("", " ", "\n    at f (", "'", '"', "`", "<", "to ", "url=", '{"url":"', "Error: ", "input: '"),
      fc.oneof(urls, urls.map(encodeURIComponent)),
      fc.constantFrom(" ", "' ", '" ', "` ", "> ", " failed ", ": refused ", ")\n", '"} ', ", "),
    ),
    { minLength: 1, maxLength: 4 },
  )
  .map((parts) => parts.flat().join(""));

test("no secret of a URL survives in any text", () => {
  fc.assert(
    fc.property(texts, (text) => {
      expect(redactUrls(text)).not.toContain("S3CRET");
    }),
    { numRuns: 2000 },
  );
});

test("returns text for any text", () => {
  const near = fc.string({ unit: fc.constantFrom(..."ab:/\\@?#%24F0 =\"'`<>[].\n"), maxLength: 60 });
  fc.assert(
    fc.property(fc.oneof(near, fc.string({ unit: "binary" })), (text) => {
      expect(typeof redactUrls(text)).toBe("string");
      expect(typeof redactUrl(text)).toBe("string");
    }),
    { numRuns: 2000 },
  );
});

test.each([
  "a",
  "/",
  "//",
  "@",
  "?",
  "%",
  "%25",
  "a:",
  "http://a:b ",
  '"',
  "<",
  "'",
  "//a@",
  "a@",
  "\\",
  ":/",
  "#",
  "%2F",
])("takes linear time: %j repeated", (unit) => {
  // Quadratic time would take minutes, and the runner's own limit would end it.
  const text = unit.repeat(400_000);
  expect(typeof redactUrls(text)).toBe("string");
  expect(typeof redactUrls(`${text}@x?a=b`)).toBe("string");
});
