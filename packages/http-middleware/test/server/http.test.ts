import { traceHandler } from "../../src/index.js";
import { describeServer } from "./contract.js";
import { NO_FRAMEWORK } from "./no-framework.js";
import { listen } from "./service.js";

describeServer({
  name: "node:http",
  start: async ({ raw, options }) => listen(traceHandler((request, response) => void raw(request, response), options)),
  cannot: NO_FRAMEWORK,
});
