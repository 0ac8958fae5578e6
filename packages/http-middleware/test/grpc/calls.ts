/**
 * Handlers and calls that are the same for all four kinds: each sends one or two messages, and gets
 * as many.
 */
import type { Metadata, ServiceError, UntypedServiceImplementation } from "@grpc/grpc-js";
import type { Kind, ReviewsClient } from "./service.js";

type Answer = (error: Partial<ServiceError> | null, message?: unknown) => void;

export interface ServerSide {
  readonly metadata: Metadata;
  readonly cancelled: boolean;
  on(event: string, listener: (...args: never[]) => void): this;
  emit(event: string, error: unknown): boolean;
  write(message: unknown): boolean;
  end(): void;
}

/**
 * `work` runs in the handler when the last message is there; what it rejects with is the answer.
 */
export function implementing(work: (call: ServerSide) => unknown): UntypedServiceImplementation {
  const answered = (call: ServerSide, answer: Answer): void => {
    Promise.resolve(call)
      .then(work)
      .then(
        () => answer(null, "done"),
        (error) => answer(error),
      );
  };
  const streamed = (call: ServerSide): Answer => {
    return (error) => {
      if (error !== null) call.emit("error", error);
      else {
        call.write("one");
        call.write("two");
        call.end();
      }
    };
  };
  const read = (call: ServerSide, then: () => void): void => void call.on("data", () => {}).on("end", then);
  return {
    unary: (call: ServerSide, answer: Answer) => answered(call, answer),
    clientStream: (call: ServerSide, answer: Answer) => read(call, () => answered(call, answer)),
    serverStream: (call: ServerSide) => answered(call, streamed(call)),
    bidi: (call: ServerSide) => read(call, () => answered(call, streamed(call))),
  } as never as UntypedServiceImplementation;
}

export interface CallOutcome {
  readonly code: number;
  readonly messages: unknown[];
  readonly metadata?: Metadata;
}

/** Makes a call of that kind to its end. `seen` is called in each callback and listener. */
export function call(
  client: ReviewsClient,
  kind: Kind,
  metadata: Metadata,
  options: object = {},
  seen: () => void = () => {},
): Promise<CallOutcome> {
  return new Promise((resolve) => {
    let code = 0;
    const messages: unknown[] = [];
    const done = (error: ServiceError | null, message?: unknown): void => {
      seen();
      if (message !== undefined) messages.push(message);
      resolve({ code: error?.code ?? 0, messages, ...(error === null ? {} : { metadata: error.metadata }) });
    };
    const unary = kind === "unary" || kind === "clientStream";
    const streams = kind === "clientStream" || kind === "bidi";
    const argsValue = streams ? [metadata, options] : ["a request", metadata, options];
    const made = client[kind](...argsValue, ...(unary ? [done] : []));
    if (!unary) {
      made.on("data", (message: unknown) => {
        seen();
        messages.push(message);
      });
      made.on("error", (error: ServiceError) => {
        code = error.code;
      });
      made.on("status", (status: { metadata: Metadata }) => {
        seen();
        resolve({ code, messages, metadata: status.metadata });
      });
    }
    if (streams) {
      made.write("first");
      made.write("second");
      made.end();
    }
  });
}
