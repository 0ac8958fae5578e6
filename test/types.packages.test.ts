/**
 * Compiles typed apps of each framework and client against the packed packages: in the lowest, the
 * newest and some versions between, as ESM and as CommonJS, with every strict option.
 */
import { execFile } from "node:child_process";
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, inject, test } from "vitest";
import { emptyFolder, install, npm, removeFolder } from "./install.js";
import { versionsOf } from "./versions.js";

const APPS = fileURLToPath(new URL("./types", import.meta.url));
const RESOLUTIONS = {
  nodenext: { module: "nodenext" },
  node16: { module: "node16" },
  bundler: { module: "esnext", moduleResolution: "bundler" },
};

interface Row {
  readonly apps: readonly string[];
  /** The newest versions come last, and are replaced by the latest ones in the weekly run. */
  readonly versions: readonly Readonly<Record<string, string>>[];
  readonly resolutions?: readonly (keyof typeof RESOLUTIONS)[];
}

const typebox = (provider: string): Record<string, string> => ({
  "@fastify/type-provider-typebox": provider,
  "@sinclair/typebox": "0.34.41",
});
const NEST_BESIDE = { rxjs: "7.8.2", "reflect-metadata": "0.2.2", "@types/express": "5.0.6" };
const nest = (version: string): Record<string, string> => ({
  "@nestjs/common": version,
  "@nestjs/core": version,
  "@nestjs/platform-express": version,
  ...NEST_BESIDE,
});

const ROWS: readonly Row[] = [
  { apps: ["servers", "clients"], versions: [{}], resolutions: ["nodenext", "node16", "bundler"] },
  { apps: ["declarations"], versions: [{}], resolutions: ["nodenext", "bundler"] },
  {
    apps: ["hono"],
    versions: [{ hono: "4.1.0" }, { hono: "4.4.13" }, { hono: "4.8.12" }, { hono: "4.10.8" }],
  },
  {
    apps: ["hono", "hono-node-server"],
    versions: [{ hono: "4.13.19", "@hono/node-server": "2.1.9" }],
    resolutions: ["nodenext", "bundler"],
  },
  {
    apps: ["express"],
    versions: [
      { express: "4.17.3", "@types/express": "4.17.25" },
      { express: "5.0.1", "@types/express": "5.0.0" },
      { express: "5.3.0", "@types/express": "5.0.6" },
    ],
    resolutions: ["nodenext", "bundler"],
  },
  {
    apps: ["fastify", "fastify-sinclair-typebox"],
    versions: [
      { fastify: "4.10.2", ...typebox("2.4.0") },
      { fastify: "4.29.1", ...typebox("4.1.0") },
      { fastify: "5.0.0", ...typebox("5.2.0") },
    ],
  },
  {
    apps: ["fastify", "fastify-typebox", "fastify-zod"],
    versions: [
      {
        fastify: "5.12.8",
        "@fastify/type-provider-typebox": "6.3.0",
        typebox: "1.0.55",
        "fastify-type-provider-zod": "6.1.0",
        "@fastify/swagger": "9.5.2",
        "openapi-types": "12.1.3",
        zod: "4.1.12",
      },
    ],
  },
  {
    apps: ["koa"],
    versions: [
      { koa: "2.16.4", "@types/koa": "2.13.12", "@koa/router": "12.0.2", "@types/koa__router": "12.0.5" },
      { koa: "3.3.0", "@types/koa": "3.0.3", "@koa/router": "15.7.0" },
    ],
  },
  {
    apps: ["hapi"],
    versions: [
      { "@hapi/hapi": "21.3.12", joi: "17.13.3" },
      { "@hapi/hapi": "21.4.10", joi: "17.13.3" },
    ],
  },
  { apps: ["nest"], versions: [nest("10.0.5"), nest("12.5.1")] },
  { apps: ["nest", "nest-fastify"], versions: [{ ...nest("11.2.10"), "@nestjs/platform-fastify": "11.2.8" }] },
  { apps: ["undici"], versions: [{ undici: "6.29.1" }, { undici: "7.30.2" }, { undici: "8.13.1" }] },
  { apps: ["grpc"], versions: [{ "@grpc/grpc-js": "1.11.3" }, { "@grpc/grpc-js": "1.14.7" }] },
];

const CASES = ROWS.flatMap(({ apps, versions, resolutions = ["nodenext"] }) =>
  versions.map((packages, index): [title: string, apps: readonly string[], packages: object, string[]] => {
    const used = index === versions.length - 1 ? versionsOf(packages) : packages;
    const [first = ["node", process.versions.node]] = Object.entries(used);
    return [`${apps.join(", ")} with ${first.join(" ")}`, apps, used, [...resolutions]];
  }),
);

const base = emptyFolder();
beforeAll(async () => {
  writeFileSync(`${base}/package.json`, "{}");
  await install(base, [...inject("tarballs"), "@opentelemetry/api@1.9.1", "@types/node@20.19.43", "typescript@6.0.3"]);
});
afterAll(() => removeFolder(base));

test.concurrent.for(CASES)("%s", async ([title, apps, packages, resolutions], { expect }) => {
  const folder = `${base}/${title.replace(/[^a-z0-9.]+/g, "-")}`;
  mkdirSync(`${folder}/src`, { recursive: true });
  writeFileSync(`${folder}/package.json`, "{}");
  // Packages resolve ours and TypeScript in the folder above. Nothing is run: the engines that they
  // need do not matter.
  const names = Object.entries(packages).map(([name, version]) => `${name}@${version}`);
  const options = ["--legacy-peer-deps", "--no-audit", "--no-fund", "--prefer-offline"];
  if (names.length > 0) await npm(folder, ["install", ...options, ...names]);
  // In CommonJS, the provider's types and those of TypeBox before 1 come from different files.
  const kinds = (app: string): string[] => (app === "fastify-sinclair-typebox" ? ["mts"] : ["mts", "cts"]);
  for (const app of apps)
    for (const kind of kinds(app)) copyFileSync(`${APPS}/${app}.ts`, `${folder}/src/${app}.${kind}`);
  for (const resolution of resolutions) {
    writeFileSync(`${folder}/tsconfig.json`, JSON.stringify(configuration(resolution as never, apps)));
    const tsc = [`${base}/node_modules/typescript/bin/tsc`, "-p", folder, "--pretty", "false"];
    const output = await promisify(execFile)(process.execPath, tsc).then(
      ({ stdout }) => stdout,
      ({ stdout }) => stdout,
    );
    expect(output, resolution).toBe("");
  }
});

function configuration(resolution: keyof typeof RESOLUTIONS, apps: readonly string[]): object {
  const compilerOptions = {
    target: "es2023",
    lib: ["es2023", "dom", "dom.iterable"],
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    esModuleInterop: true,
    experimentalDecorators: true,
    // The declarations of fastify-type-provider-zod import a path that Fastify does not export.
    skipLibCheck: apps.includes("fastify-zod"),
    types: ["node"],
    typeRoots: ["../node_modules/@types"],
    // TypeScript names the types of an app's exports only where it writes declarations.
    ...(apps.includes("declarations")
      ? { declaration: true, emitDeclarationOnly: true, rootDir: "src", outDir: "declarations" }
      : { noEmit: true }),
    ...RESOLUTIONS[resolution],
  };
  return { compilerOptions, include: ["src"] };
}
