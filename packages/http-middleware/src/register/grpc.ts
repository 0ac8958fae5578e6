/**
 * @grpc/grpc-js, once the app has loaded it. What is changed is what all servers, and all channels
 *   of clients, have in common: ESM's named imports keep what a package exported at first.
 */
import { diag } from "@opentelemetry/api";
import { watchCall } from "../grpc/client.js";
import { isTracing, tracingServerInterceptor } from "../grpc/server.js";
import { whenLoaded } from "./loaded-modules.js";

// Every copy, whichever module loads it: an app may use gRPC through a package that has its own.
const ENTRY = /[\\/]@grpc[\\/]grpc-js[\\/]build[\\/]src[\\/]index\.js$/;

interface Server {
  /** Read at each call. */
  interceptors: unknown[];
  /** Each method of each service passes here, by `addService` too. */
  register(...args: unknown[]): boolean;
}

interface Channel {
  createCall(path: string, ...args: unknown[]): Parameters<typeof watchCall>[1];
}

/** What is changed of grpc-js. */
interface Grpc {
  readonly Server: { readonly prototype: Server };
  readonly Channel: { readonly prototype: Channel };
  /** Not there before 1.10; `getHost` not before 1.11. */
  readonly ServerInterceptingCall?: { readonly prototype: { getHost?: unknown } };
}

/**
 * Traces gRPC's servers and clients, those of copies that are loaded later included. Loads nothing.
 */
export function traceGrpc(): void {
  whenLoaded("@grpc/grpc-js", ENTRY, (exports) => trace(exports as Grpc));
}

function trace({ Server, Channel, ServerInterceptingCall }: Grpc): void {
  traceChannels(Channel.prototype);
  if (ServerInterceptingCall?.prototype.getHost !== undefined) traceServers(Server.prototype);
  else diag.debug("meshtrace: servers of @grpc/grpc-js before 1.11 are not traced, their interceptors see too little");
}

function traceServers(server: Server): void {
  const { register } = server;
  const interceptor = tracingServerInterceptor();
  const seen = new WeakSet<Server>();
  server.register = function (...args) {
    if (!seen.has(this) && !this.interceptors.some(isTracing)) {
      // First, so that it sees what the others answer.
      this.interceptors = [interceptor, ...this.interceptors];
    }
    seen.add(this);
    return register.apply(this, args);
  };
}

function traceChannels(channel: Channel): void {
  const { createCall } = channel;
  channel.createCall = function (path, ...args) {
    const call = createCall.call(this, path, ...args);
    watchCall(path, call, {});
    return call;
  };
}
