/** graphql reports its operations, and the SERVER span names them. */
import { expect, test } from "vitest";
import { IMPORT, INCOMING, REQUIRE, start } from "./app.js";

const APP = `const schema = buildSchema("type Query { a: String } type Mutation { b: String }");
  const rootValue = { a: async () => "a", b: () => "b" };
  createServer(async (request, response) => {
    const { searchParams } = new URL(request.url, "http://localhost");
    const source = searchParams.get("query");
    const operationName = searchParams.get("operationName") ?? undefined;
    const results = [];
    try {
      for (const part of source.split("|")) {
        const document = part === "broken" ? { kind: "Document", definitions: null } : parse(part);
        results.push(await execute({ schema, document, rootValue, operationName }));
      }
    } catch (error) { results.push(error.name); }
    response.end(JSON.stringify(results));
  }).listen(0, "127.0.0.1", function () { console.log(this.address().port); });`;

const ways = [
  ["ESM", "graphql.mjs", IMPORT, 'import { createServer } from "node:http"; import * as graphql from "graphql";'],
  [
    "CommonJS",
    "graphql.cjs",
    REQUIRE,
    'const { createServer } = require("node:http"); const graphql = require("graphql");',
  ],
] as const;

test.each(ways)("names and types of operations, %s", { timeout: 30_000 }, async (_way, file, flags, imports) => {
  const code = `${imports} const { buildSchema, execute, parse } = graphql; ${APP}`;
  const app = await start(file, code, [...flags]);
  const tagsOf = async (query: string): Promise<unknown> => {
    app.reported.length = 0;
    await (await fetch(`${app.url}/?${query}`, { headers: INCOMING })).text();
    await expect.poll(() => app.reported.length, { timeout: 5000 }).toBe(1);
    const { name, tags = {} } = app.reported[0] ?? {};
    return [name, tags["graphql.operation.type"], tags["graphql.operation.name"]];
  };
  expect(await tagsOf("query=query Find{a}")).toEqual(["GET", "query", "Find"]);
  expect(await tagsOf("query=query Find{a} mutation Put{b}&operationName=Put")).toEqual(["GET", "mutation", "Put"]);
  expect(await tagsOf("query={a}")).toEqual(["GET", "query", undefined]);
  expect(await tagsOf("query=query One{a}|mutation Two{b}")).toEqual(["GET", "query", "One"]);
  // The app's own mistake reaches the app alone.
  expect(await tagsOf("query=broken")).toEqual(["GET", undefined, undefined]);
  expect(await tagsOf("query={a}")).toEqual(["GET", "query", undefined]);
});
