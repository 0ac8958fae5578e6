/** Lines of loggers in apps that know nothing of tracing. */
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { expect, test } from "vitest";
import { IMPORT, INCOMING, REQUIRE, start } from "./app.js";

const ALL = "pino,winston,bunyan,log4js,console";
const NAMES = ["pino", "pino9", "pino6", "winston", "winston3.2", "bunyan", "log4js"];
const nameOf = (library: string): string => library.replace(".", "");

const esm = (libraries: string[]): string =>
  libraries.map((library) => `import ${nameOf(library)} from "${library}";`).join("\n");
const commonJs = (libraries: string[]): string =>
  libraries.map((library) => `const ${nameOf(library)} = require("${library}");`).join("\n");

/** Makes a logger of each library, and logs from each request twice with a wait between. */
const CODE = `
  const twice = new Error("twice");
  const winstonOf = ({ createLogger, transports, format }) => {
    const logger = createLogger({ format: format.combine(format.errors(), format.json()), transports: [new transports.Console()] });
    const child = logger.child({ logger: "winston" });
    return (message) => (message === "0" ? logger.error(twice, { logger: "winston error", message }) : child.info(message));
  };
  log4js.addLayout("json", () => (event) => JSON.stringify({ logger: "log4js", message: event.data[0], ...event.context }));
  log4js.configure({
    appenders: { out: { type: "stdout", layout: { type: "json" } } },
    categories: { default: { appenders: ["out"], level: "info" } },
  });
  const pinoOf = (library, name, options) => {
    const logger = library(options).child({ logger: name });
    return (message) => logger.info(Object.freeze({ message }), "text");
  };
  const bunyanLogger = bunyan.createLogger({ name: "app" }).child({ logger: "bunyan" });
  const log4jsLogger = log4js.getLogger();
  const write = [
    pinoOf(pino, "pino", { mixin: () => ({ mixed: true }) }),
    pinoOf(pino9.pino, "pino9"),
    pinoOf(pino6, "pino6", { mixin: () => ({ mixed: true }) }),
    winstonOf(winston), winstonOf(winston32),
    (message) => bunyanLogger.info({ message }, "text"),
    (message) => log4jsLogger.info(message),
    (message) => console.log(JSON.stringify({ logger: "console", message })),
  ];
  const log = (message) => write.forEach((one) => one(message));
  log("outside");
  createServer(async (request, response) => {
    const id = request.headers["x-request-id"];
    log(id);
    for (let turn = Math.random() * 5; turn > 0; turn -= 1) await new Promise(setImmediate);
    log(id);
    response.end("noon");
  }).listen(0, "127.0.0.1", function () { console.info(this.address().port); });
`;

const fieldsOf = (id: string): Record<string, string> => ({
  trace_id: id.padStart(32, "a"),
  span_id: id.padStart(16, "b"),
  trace_flags: "01",
  x_request_id: id,
});

test.each([
  ["ESM", "mjs", IMPORT, `import { createServer } from "node:http";\n${esm(NAMES)}`],
  ["CommonJS", "cjs", REQUIRE, `const { createServer } = require("node:http");\n${commonJs(NAMES)}`],
])("every logger, %s: 1,000 interleaved requests", async (_form, extension, flags, imports) => {
  const app = await start(`logs.${extension}`, imports + CODE, flags, {
    MESHTRACE_LOG: ALL,
    OTEL_TRACES_SAMPLER: "always_off",
  });
  const ids = Array.from({ length: 1000 }, (_, index) => index.toString(16));
  const ask = (id: string): Promise<string> => {
    const headers = {
      "x-request-id": id,
      "x-b3-traceid": id.padStart(32, "a"),
      "x-b3-spanid": id.padStart(16, "b"),
      "x-b3-sampled": "1",
    };
    return fetch(app.url, { headers }).then((response) => response.text());
  };
  for (let at = 0; at < ids.length; at += 100) await Promise.all(ids.slice(at, at + 100).map(ask));
  const lines = (): string[] =>
    app
      .said()
      .split("\n")
      .filter((one) => one.startsWith("{"));
  // Eight loggers, two lines for each request and one outside of requests.
  await expect.poll(() => lines().length, { timeout: 30_000 }).toBe(8 * 2001);
  const records = lines().map((text) => JSON.parse(text) as Record<string, unknown>);
  const loggers = new Set<string>();
  for (const record of records) {
    const message = String(record["message"]);
    loggers.add(String(record["logger"]));
    if (message === "outside" || record["logger"] === undefined) expect(record).not.toHaveProperty("trace_id");
    else if (!String(record["logger"]).includes("error")) expect(record).toMatchObject(fieldsOf(message));
    if (/^pino6?$/.test(String(record["logger"]))) expect(record["mixed"]).toBe(true);
  }
  expect([...loggers].sort()).toEqual([
    "bunyan",
    "console",
    "log4js",
    "pino",
    "pino6",
    "pino9",
    "winston",
    "winston error",
  ]);
});

test("pino in a bundle, with the names of Elastic's schema", async () => {
  const { outputFiles } = buildSync({
    stdin: {
      contents: `import { createServer } from "node:http"; import pino from "pino";
        const logger = pino({ base: undefined }).child({ part: "cart" });
        createServer((request, response) => { logger.info({ "trace.id": "own" }, "own"); logger.info("hello"); response.end(); })
          .listen(0, "127.0.0.1", function () { console.log(this.address().port); });`,
      resolveDir: fileURLToPath(new URL("../..", import.meta.url)),
    },
    bundle: true,
    write: false,
    platform: "node",
    format: "cjs",
  });
  const env = { MESHTRACE_LOG: "pino", MESHTRACE_LOG_FIELDS: "ecs" };
  const app = await start("logs-bundle.cjs", outputFiles[0]?.text ?? "", REQUIRE, env);
  await fetch(app.url, { headers: INCOMING });
  await expect
    .poll(() =>
      app
        .said()
        .split("\n")
        .filter((one) => one.startsWith("{")),
    )
    .toHaveLength(2);
  const [own, hello] = app
    .said()
    .split("\n")
    .map((one) => JSON.parse(one || "{}"));
  expect(own).toMatchObject({ "trace.id": "own", "span.id": INCOMING["x-b3-spanid"], part: "cart" });
  expect(hello).toMatchObject({
    "trace.id": INCOMING["x-b3-traceid"],
    "http.request.id": INCOMING["x-request-id"],
    part: "cart",
  });
});

test("loggers of other versions log as before, and are warned of once", async () => {
  const code = `import { createServer } from "node:http"; import { createRequire } from "node:module";
    import { mkdirSync, writeFileSync } from "node:fs";
    const folder = new URL("./odd-" + process.pid + "/", import.meta.url);
    for (const [name, file] of [["winston", "lib/winston/logger.js"], ["bunyan", "lib/bunyan.js"], ["log4js", "lib/clustering.js"], ["pino", "pino.js"]]) {
      const path = new URL(name + "/" + file, folder);
      mkdirSync(new URL(".", path), { recursive: true });
      writeFileSync(new URL("package.json", folder), '{"type":"commonjs"}');
      writeFileSync(path, "exports.log = (text) => console.log(text);");
      createRequire(import.meta.url)(path.pathname).log(name + " still logs");
    }
    createServer((request, response) => response.end()).listen(0, "127.0.0.1", function () { console.log(this.address().port); });`;
  const app = await start("logs-odd.mjs", code, IMPORT, { MESHTRACE_LOG: ALL });
  await expect.poll(app.said).toContain("pino still logs");
  for (const name of ["winston", "bunyan", "log4js"]) {
    expect(app.said()).toContain(`${name} still logs`);
    expect(app.said().match(new RegExp(`${name}.*gets no fields`, "g")) ?? app.said()).toHaveLength(1);
  }
});

test("a logger that is not named gets nothing, and an unknown name is a warning", async () => {
  const code = `import pino from "pino"; import { createServer } from "node:http"; const logger = pino();
    createServer((request, response) => { logger.info("hello"); response.end(); })
      .listen(0, "127.0.0.1", function () { console.log(this.address().port); });`;
  const app = await start("logs-none.mjs", code, IMPORT, { MESHTRACE_LOG: "winston,log5js" });
  await fetch(app.url, { headers: INCOMING });
  await expect.poll(app.said).toContain("hello");
  expect(app.said()).toContain("MESHTRACE_LOG");
  expect(app.said()).not.toContain("trace_id");
});
