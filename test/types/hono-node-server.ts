// Hono on Node with the bindings of @hono/node-server, and a factory.
import { type HttpBindings, serve } from "@hono/node-server";
import { honoTracing } from "@meshtrace/http-middleware/hono";
import { Hono } from "hono";
import { createFactory, createMiddleware } from "hono/factory";

export const app = new Hono<{ Bindings: HttpBindings; Variables: { user: string } }>();
app.use(honoTracing());
app.get("/", (context) => context.text(String(context.env.incoming.url)));
export const factory = createFactory<{ Variables: { user: string } }>();
export const made = factory.createApp().use(honoTracing());
export const handlers = factory.createHandlers(honoTracing(), (context) => context.text(context.var.user));
export const middleware = createMiddleware(honoTracing());
export const start = () => serve({ fetch: app.fetch, port: 0 });
