// @grpc/grpc-js: the documented lines, and one call that is not traced.
import { Client, credentials, Metadata, Server } from "@grpc/grpc-js";
import { tracingClientInterceptor, tracingServerInterceptor } from "@meshtrace/http-middleware/grpc";

export const server = new Server({ interceptors: [tracingServerInterceptor()] });
export const client = new Client("reviews:9080", credentials.createInsecure(), {
  interceptors: [tracingClientInterceptor()],
});
const bytes = (value: Buffer): Buffer => value;
client.makeUnaryRequest("/reviews/Get", bytes, bytes, Buffer.of(), new Metadata(), { interceptors: [] }, () => {});
