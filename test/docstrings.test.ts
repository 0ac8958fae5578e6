/** The docstrings of the names that users import have an example, and each example compiles. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { compileErrors, type ExportedName, exportedNames, undeclaredNames } from "./docstring-examples.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const names = exportedNames();

/** Names that examples use without an import. Readers know where they come from. */
const KNOWN: Readonly<Record<string, string>> = {
  test: 'import { test } from "vitest";',
  tracing: 'declare const tracing: import("@meshtrace/testing").TestTracing;',
  url: "declare const url: string;",
  Agent: 'import { Agent } from "undici";',
  AppModule: "declare class AppModule {}",
  BatchSpanProcessor: 'import { BatchSpanProcessor } from "@opentelemetry/sdk-trace-node";',
  Client: 'import { Client } from "@grpc/grpc-js";',
  Hono: 'import { Hono } from "hono";',
  Koa: 'import Koa from "koa";',
  context: 'import { context } from "@opentelemetry/api";',
  consumer: 'declare const consumer: import("kafkajs").Consumer;',
  log4js: 'import log4js from "log4js";',
  NestFactory: 'import { NestFactory } from "@nestjs/core";',
  NodeSDK: 'import { NodeSDK } from "@opentelemetry/sdk-node";',
  NodeTracerProvider: 'import { NodeTracerProvider } from "@opentelemetry/sdk-trace-node";',
  OTLPTraceExporter: 'import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";',
  Server: 'import { Server } from "@grpc/grpc-js";',
  TraceIdRatioBasedSampler: 'import { TraceIdRatioBasedSampler } from "@opentelemetry/sdk-trace-node";',
  WebSocketServer: 'import { WebSocketServer } from "ws";',
  bunyan: 'import bunyan from "bunyan";',
  pino: 'import { pino } from "pino";',
  producer: 'declare const producer: import("kafkajs").Producer;',
  store: "declare function store(value: Buffer | null): Promise<void>;",
  amqpChannel:
    "declare const amqpChannel: { publish(exchange: string, key: string, body: Buffer, options: object): void };",
  app: 'declare const app: import("express").Express;',
  body: "declare const body: Buffer;",
  credentials: 'import { credentials } from "@grpc/grpc-js";',
  dispatcher: 'declare const dispatcher: import("undici").Dispatcher;',
  express: 'import express from "express";',
  fastify: 'import fastify from "fastify";',
  hapi: 'import * as hapi from "@hapi/hapi";',
  http: 'import http from "node:http";',
  http2: 'import http2 from "node:http2";',
  interceptors: 'import { interceptors } from "undici";',
  request: 'import { request } from "undici";',
  server: 'declare const server: import("node:http").Server;',
  trace: 'import { trace } from "@opentelemetry/api";',
};

/** An example as a module, with imports of the names that it uses and does not declare. */
function moduleOf({ entry }: ExportedName, example: string): string {
  const ours = new Map(
    names.map((exported) => [exported.name, `import { ${exported.name} } from "${exported.entry}";`]),
  );
  for (const exported of names) {
    if (exported.entry === entry) ours.set(exported.name, `import { ${exported.name} } from "${entry}";`);
  }
  const imports = new Set<string>();
  for (const name of undeclaredNames(example)) {
    const line = ours.get(name) ?? (Object.hasOwn(KNOWN, name) ? KNOWN[name] : undefined);
    if (line !== undefined) imports.add(line);
  }
  return [...imports, example, "export {};"].join("\n");
}

test("each function, class and object that users import has an example", () => {
  expect(names.length).toBeGreaterThan(30);
  const without = names.filter(({ examples }) => examples.length === 0).map(({ entry, name }) => `${entry}: ${name}`);
  // vitest's own.
  expect(without).toEqual(["@meshtrace/testing/vitest: expect"]);
});

test("their docstrings name errors with @throws", () => {
  expect(names.filter(({ text }) => /\bthrows `?\w*Error\b/i.test(text)).map(({ name }) => name)).toEqual([]);
});

test("every example compiles", () => {
  const modules = new Map(
    names.flatMap((exported) => {
      const folder = exported.entry.replace(/^@meshtrace\/([^/]+).*/, "packages/$1");
      return exported.examples.map((example, index): [string, string] => [
        `${folder}/test/example-of-${exported.name}-${index + 1}.ts`,
        moduleOf(exported, example),
      ]);
    }),
  );
  expect(compileErrors(modules)).toEqual([]);
}, 120_000);

test("docstrings of options give defaults with @default", () => {
  const sources = ["packages/core/src", "packages/http-middleware/src", "packages/testing/src"].flatMap((folder) =>
    readdirSync(`${root}/${folder}`, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => `${folder}/${name}`),
  );
  const without = sources.flatMap((file) =>
    [...readFileSync(`${root}/${file}`, "utf8").matchAll(/\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*(?:readonly )?(\w+)\?:/g)]
      .filter(([, text]) => /\bDefaults?\b(?! to)/.test(text ?? ""))
      .map(([, , name]) => `${file}: ${name}`),
  );
  expect(without).toEqual([]);
});
