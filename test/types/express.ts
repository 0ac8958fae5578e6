// Express 4 and 5: the documented lines, and handlers with generics.
import { tracingErrors, tracingMiddleware } from "@meshtrace/http-middleware";
import express, { type ErrorRequestHandler, type Request, type RequestHandler, type Response, Router } from "express";

export const app = express();
app.use(tracingMiddleware());
app.get("/", (_request, response) => void response.send("hello"));
app.get("/users/:id", (request, response) => void response.json({ id: request.params.id }));
app.use(tracingErrors());
app.use("/api", tracingMiddleware({ ignore: (request) => request.url === "/alive" }), tracingErrors());

interface Order {
  readonly id: number;
}
interface Locals extends Record<string, unknown> {
  user: string;
}
const router = Router({ mergeParams: true });
router.use(tracingMiddleware());
router.post(
  "/:shop",
  tracingMiddleware(),
  (request: Request<{ shop: string }, Order, Order, { page?: string }>, response: Response<Order, Locals>) => {
    response.json({ id: request.body.id });
  },
);
app.use(router);
app
  .route("/orders")
  .all(tracingMiddleware())
  .get((_request, response) => void response.end());

export const handler: RequestHandler = tracingMiddleware();
export const typedHandler: RequestHandler<{ id: string }, Order, Order, { page?: string }, Locals> =
  tracingMiddleware();
export const errors: ErrorRequestHandler = tracingErrors();
export const all: RequestHandler[] = [tracingMiddleware(), tracingMiddleware({ captureQuery: true })];
app.use(all);
