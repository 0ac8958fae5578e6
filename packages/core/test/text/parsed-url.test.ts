import { inspect } from "node:util";
import { expect, test } from "vitest";
import { parsedUrl } from "../../src/text/parsed-url.js";

test("the error for a URL that cannot be parsed has no secret", () => {
  expect(parsedUrl("http://bob:S3CRET@h/").password).toBe("S3CRET");
  for (const text of ["http://bob:S3CRET@ho st/?k=S3CRET", "http://bob:S3CRET@h:x", "/a?S3CRET", "S3CRET@h"]) {
    let error: unknown;
    try {
      parsedUrl(text);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(TypeError);
    expect(inspect(error)).not.toContain("S3CRET");
  }
});
