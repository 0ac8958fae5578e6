/** Majors under an alias: their own types are those of the newest one as far as the tests go. */
declare module "express4" {
  export { default } from "express";
}
declare module "koa2" {
  export { default } from "koa";
}

/** Without types of their own: what the tests call of them. */
declare module "polka" {
  import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";

  interface Polka {
    use(...given: unknown[]): this;
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
