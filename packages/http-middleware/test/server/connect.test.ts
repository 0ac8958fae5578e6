import connect from "connect";
import { describeConnectLike } from "./connect-like.js";

describeConnectLike(
  "Connect",
  ({ tracing, raw, throws, rejects, errors }) =>
    connect()
      .use(tracing)
      .use("/raw", raw)
      .use("/throws", throws)
      .use("/rejects", rejects)
      .use(errors as never),
  { routes: "Connect has no routes", mounts: "Connect has no routes" },
);
