/** A real service of grpc-js with a method of each kind, and clients for it. Messages are JSON. */
import {
  type ChannelCredentials,
  type ChannelOptions,
  credentials,
  type Interceptor,
  type MethodDefinition,
  makeGenericClientConstructor,
  Server,
  ServerCredentials,
  type ServerInterceptor,
  type ServiceDefinition,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { afterEach } from "vitest";

const bytes = (message: unknown): Buffer => Buffer.from(JSON.stringify(message));
const parse = (message: Buffer): unknown => JSON.parse(message.toString());

function method(name: string, requestStream: boolean, responseStream: boolean): MethodDefinition<unknown, unknown> {
  return {
    path: `/shop.Reviews/${name}`,
    requestStream,
    responseStream,
    requestSerialize: bytes,
    requestDeserialize: parse,
    responseSerialize: bytes,
    responseDeserialize: parse,
  };
}

export const REVIEWS: ServiceDefinition = {
  unary: method("Unary", false, false),
  clientStream: method("ClientStream", true, false),
  serverStream: method("ServerStream", false, true),
  bidi: method("Bidi", true, true),
};

export const KINDS = ["unary", "clientStream", "serverStream", "bidi"] as const;
export type Kind = (typeof KINDS)[number];
export const METHODS: Record<Kind, string> = {
  unary: "Unary",
  clientStream: "ClientStream",
  serverStream: "ServerStream",
  bidi: "Bidi",
};

// biome-ignore lint/suspicious/noExplicitAny: a client made in code has no types
export type ReviewsClient = any;

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** The port of a service that is gone after the test. */
export async function serve(
  implementation: UntypedServiceImplementation,
  interceptors: ServerInterceptor[],
  definition: ServiceDefinition = REVIEWS,
): Promise<number> {
  const server = new Server({ interceptors });
  server.addService(definition, implementation);
  closing.push(() => server.forceShutdown());
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) =>
      error === null ? resolve(port) : reject(error),
    );
  });
}

export function clientOf(
  target: string,
  interceptors: Interceptor[] = [],
  definition: ServiceDefinition = REVIEWS,
  channel: ChannelOptions = {},
): ReviewsClient {
  const Client = makeGenericClientConstructor(definition, "Reviews");
  const insecure: ChannelCredentials = credentials.createInsecure();
  const client = new Client(target, insecure, { ...channel, interceptors });
  closing.push(() => client.close());
  return client;
}
