/**
 * Two instrumentations that trace the same requests: one of our adapters, and one of
 * OpenTelemetry's. Each is seen when it starts its first span, and the second one logs a warning.
 */
import { diag, type Span, SpanKind, type Tracer } from "@opentelemetry/api";
import { OVERLAPS } from "../process-wide.js";

/** Libraries that both we and OpenTelemetry instrument. */
export type Library = "http" | "undici" | "grpc";

const PREFIX = "@opentelemetry/instrumentation-";
const LIBRARIES: ReadonlyMap<string, Library> = new Map([
  [`${PREFIX}http`, "http"],
  [`${PREFIX}undici`, "undici"],
  [`${PREFIX}grpc`, "grpc"],
  // They start a SERVER span where none is active before them.
  ["@fastify/otel", "http"],
  ["@hono/otel", "http"],
]);

/** The servers or the clients of one library. */
export class Overlap {
  readonly #library: string;
  readonly #what: string;
  #own = false;
  #other: string | undefined;

  constructor(library: string, kind: SpanKind) {
    this.#library = library;
    this.#what = kind === SpanKind.SERVER ? "requests of servers" : "calls of clients";
  }

  /** Our adapter has started a span. */
  own(): void {
    if (this.#own) return;
    this.#own = true;
    if (this.#other !== undefined) this.#warn(this.#other);
  }

  /** Another package, such as OpenTelemetry's instrumentation, has started a span. */
  other(name: string): void {
    if (this.#other !== undefined) return;
    this.#other = name;
    if (this.#own) this.#warn(name);
  }

  #warn(name: string): void {
    const library = this.#library;
    const variable = name.startsWith(PREFIX) ? ` (OTEL_NODE_DISABLED_INSTRUMENTATIONS=${library})` : "";
    diag.warn(
      `meshtrace: ${name} and @meshtrace/http-middleware both trace the ${this.#what} (${library}), so each ` +
        `has two spans. Switch one of them off: leave out ${name}${variable}, or do not use our adapter for it. ` +
        "See docs/beside-opentelemetry.md (logged once)",
    );
  }
}

const registry = globalThis as { [OVERLAPS]?: Map<string, Overlap> };
registry[OVERLAPS] ??= new Map();
const overlaps = registry[OVERLAPS];

/** Returns the overlap of the servers or clients of a library: the same object for the same two. */
export function overlapOf(library: Library, kind: SpanKind.SERVER | SpanKind.CLIENT): Overlap {
  const key = `${library} ${kind}`;
  const known = overlaps.get(key) ?? new Overlap(library, kind);
  overlaps.set(key, known);
  return known;
}

/**
 * Returns the tracer, whose spans are noticed if it belongs to an instrumentation that may overlap
 * with ours.
 */
export function noticed<Made extends Tracer>(tracer: Made, name: string): Made {
  const library = LIBRARIES.get(name);
  if (library === undefined) return tracer;
  const start = tracer.startSpan;
  tracer.startSpan = (...args: Parameters<Tracer["startSpan"]>): Span => {
    const kind = args[1]?.kind;
    if (kind === SpanKind.SERVER || kind === SpanKind.CLIENT) overlapOf(library, kind).other(name);
    return start.apply(tracer, args);
  };
  return tracer;
}
