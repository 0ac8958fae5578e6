/** Major versions under an alias. What the tests use has the same types in the newest version. */
declare module "express4" {
  export { default } from "express";
}
declare module "koa2" {
  export { default } from "koa";
}

/** Packages without types: the members that the tests use. */
declare module "polka" {
  import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";

  interface Polka {
    use(...handlers: unknown[]): this;
    get(path: string, handler: unknown): this;
    readonly handler: RequestListener;
  }
  export default function polka(options: {
    onError(error: unknown, request: IncomingMessage, response: ServerResponse): void;
  }): Polka;
}
declare module "restify" {
  import type { Server } from "node:http";

  interface Restify {
    pre(handler: unknown): this;
    get(path: string, handler: unknown): string;
    post(path: string, handler: unknown): string;
    head(path: string, handler: unknown): string;
    readonly server: Server;
  }
  const restify: { createServer(): Restify };
  export default restify;
}
declare module "restify12" {
  export { default } from "restify";
}
declare module "supertest" {
  interface Test extends PromiseLike<{ readonly status: number; readonly text: string }> {
    get(path: string): this;
    set(headers: Record<string, string>): this;
  }
  export default function request(app: unknown): Test;
}
declare module "fastify4" {
  export { default } from "fastify";
}
declare module "follow-redirects" {
  const followRedirects: { readonly http: typeof import("node:http") };
  export default followRedirects;
}
