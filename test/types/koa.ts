// Koa 2 and 3 with @koa/router: the documented lines, and apps with their own state and context.
import Router from "@koa/router";
import { koaTracing } from "@meshtrace/http-middleware/koa";
import Koa from "koa";

const router = new Router();
router.get("/", (context) => {
  context.body = "hello";
});
router.get("/users/:id", koaTracing(), (context) => {
  context.body = context.params.id;
});
export const app = new Koa().use(koaTracing()).use(router.routes()).use(router.allowedMethods());

interface State {
  user: { readonly id: string };
}
interface Context {
  readonly database: { query(text: string): Promise<unknown[]> };
}
export const typed = new Koa<State, Context>();
typed.use(koaTracing({ ignore: (request) => request.url === "/alive" }));
typed.use(async (context, next) => {
  context.body = [context.state.user.id, await context.database.query("select 1")];
  await next();
});
const typedRouter = new Router<State, Context>();
typedRouter.use(koaTracing());
typedRouter.get("/:id", koaTracing(), (context) => {
  context.body = context.state.user.id;
});
typed.use(typedRouter.routes());

export const middleware: Koa.Middleware = koaTracing();
export const typedMiddleware: Koa.Middleware<State, Context> = koaTracing();
export const composed: Koa.Middleware = (context, next) => koaTracing()(context, next);
