/** Query parameters and paths of spans, in spellings that hide the names of credentials. */
import { describe, expect, test } from "vitest";
import { AttributeMap, redactedPath, withoutSecrets } from "../src/http-conventions.js";
import { setServerAttributes } from "../src/server/attributes.js";

describe("a query is recorded without", () => {
  test.each([
    ["t%6Fken=S3CRET", "t%6Fken=REDACTED"],
    ["%2574oken=S3CRET", "%2574oken=REDACTED"],
    ["user[password]=S3CRET", "user[password]=REDACTED"],
    ["a=1&token%3DS3CRET", "a=1&REDACTED"],
    ["token%253DS3CRET", "REDACTED"],
    ["state=%7B%22token%22%3A%22S3CRET%22%7D", "state=REDACTED"],
    ['{"token":"S3CRET"}', "REDACTED"],
    ["next=/a?token=S3CRET", "next=REDACTED"],
  ])("%s", (query, recorded) => {
    expect(withoutSecrets(query)).toBe(recorded);
  });
});

test.each(["a=1&b=2", "at=12:30", "q=%7B%22page%22%3A1%7D", "flag", "%zz=1"])("a query is kept: %s", (query) => {
  expect(withoutSecrets(query)).toBe(query);
});

test("a path is recorded without the session in its parameters", () => {
  expect(redactedPath("/shop;jsessionid=S3CRET/cart")).toBe("/shop;jsessionid=REDACTED/cart");
  expect(redactedPath("/shop;color=red")).toBe("/shop;color=red");
});

test("the URLs in a user agent are recorded without credentials", () => {
  const map = new AttributeMap();
  const headers = new Map([["user-agent", "bot (+http://bob:S3CRET@host/?k=S3CRET)"]]);
  const getter = { get: (from: typeof headers, name: string) => from.get(name), keys: () => [] };
  setServerAttributes(map, { method: "GET", target: "/", scheme: "http", host: "shop", headers, getter });
  expect(map.attributes["user_agent.original"]).toBe("bot (+http://REDACTED:REDACTED@host/?REDACTED)");
});
