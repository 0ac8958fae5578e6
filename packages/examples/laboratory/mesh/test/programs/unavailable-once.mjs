/** Preloaded: the service answers its first request for the time with 503. */
import { ServerResponse } from "node:http";

const { writeHead } = ServerResponse.prototype;
let refused = false;
ServerResponse.prototype.writeHead = function (status, ...more) {
  const refuse = !refused && this.req.url.startsWith("/gettime");
  refused ||= refuse;
  return writeHead.call(this, refuse ? 503 : status, ...more);
};
