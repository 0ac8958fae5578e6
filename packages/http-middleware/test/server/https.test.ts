import { createServer } from "node:https";
import { traceHandler } from "../../src/index.js";
import { certificate } from "./certificate.js";
import { describeServer } from "./contract.js";
import { NO_FRAMEWORK } from "./no-framework.js";
import { listen } from "./service.js";

describeServer({
  name: "node:https",
  async start({ raw, options }) {
    const handler = traceHandler((request, response) => void raw(request, response), options);
    return { ...(await listen(createServer(certificate(), handler))), scheme: "https" };
  },
  cannot: { ...NO_FRAMEWORK, "HTTP/1.1": "encrypted: bytes as they are on the wire are sent to node:http" },
});
