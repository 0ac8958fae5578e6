import polka from "polka";
import { describeConnectLike } from "./connect-like.js";

describeConnectLike(
  "Polka",
  ({ tracing, raw, user, errors }) =>
    polka({
      onError(error, request, response) {
        response.statusCode = Number((error as { code?: unknown }).code ?? 500);
        errors(error, request, response, () => response.end("failed"));
      },
    })
      .use(tracing)
      .use("/raw", raw as never)
      .get("/users/:id", user as never).handler as never,
  {
    routes: "Polka 0.5 does not tell which route answered",
    mounts: "Polka 0.5 does not tell which route answered",
    catches: "Polka 0.5 leaves what a handler throws to the process",
    "catches rejections": "Polka 0.5 leaves what a handler rejects with to the process",
    errors: "see catches",
  },
);
