import { readFileSync } from "node:fs";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");

/** The first program of the README. */
export const [tenLines = ""] = /(?<=```js\n)[\s\S]*?(?=```)/.exec(readme) ?? [];

export function toCommonJs(code: string): string {
  return code
    .replace(/^import (.*) from (".*");/gm, "const $1 = require($2);")
    .replace(/^import (".*");/gm, "require($1);");
}
