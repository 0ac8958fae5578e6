// Hono: the documented lines, and apps with variables, bindings, hooks, routers and factories.
import { honoTracing } from "@meshtrace/http-middleware/hono";
import { traceWebHandler } from "@meshtrace/http-middleware/web";
import { type Context, Hono, type MiddlewareHandler } from "hono";

export const app = new Hono();
app.use(honoTracing());
app.use("/api/*", honoTracing({ captureQuery: true }));
app.get("/", honoTracing(), (context) => context.text("hello"));
app.get("/users/:id", (context) => context.text(context.req.param("id")));

interface Env {
  Variables: { user: { readonly id: string } };
  Bindings: { readonly DATABASE: string };
}
export const typed = new Hono<Env>();
typed.use(
  honoTracing({
    ignore: (request) => request.url.endsWith("/alive"),
    onResponse: (_span, _request, response) => response?.status,
  }),
);
typed.use("*", honoTracing());
typed.get("/:id", (context) => context.json({ user: context.get("user").id, of: context.env.DATABASE }));

export const variables = new Hono<{ Variables: { count: number } }>();
variables.use(honoTracing()).get("/", (context) => context.json(context.var.count));
export const bindings = new Hono<{ Bindings: { KEY: string } }>().use(honoTracing());
export const empty = new Hono<Record<string, never>>();
empty.use(honoTracing());

// What RPC clients are typed by: the middleware must not change the app's schema.
export const routes = new Hono<Env>().use("*", honoTracing()).get("/count", (context) => context.json({ count: 1 }));
app.route("/typed", typed).route("/routes", routes);

export const handler: MiddlewareHandler = honoTracing();
export const typedHandler: MiddlewareHandler<Env> = honoTracing();
export const composed: MiddlewareHandler<Env> = (context: Context<Env>, next) => honoTracing()(context, next);
export const fetchHandler: (request: Request) => Promise<Response> = traceWebHandler((request: Request) =>
  app.fetch(request),
);
