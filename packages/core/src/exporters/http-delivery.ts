/**
 * The one way in which HTTP exporters deliver: keep-alive, time limits, and retries that end. Redirects are not
 * followed: a collector has one address, and credentials go to no other.
 */
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from "node:http";
import { type AgentOptions, Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { retryAfterMs } from "./retry-after.js";

export interface DeliveryOptions {
  /** Where to POST. User info in it becomes basic authentication. */
  readonly url: string;
  readonly contentType: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds for one attempt, default 10000. */
  readonly timeoutMs?: number;
  /** Milliseconds for all attempts together, default 25000. */
  readonly deadlineMs?: number;
  /** `gzip` compresses bodies over 1 KiB. Default `none`. */
  readonly compression?: "gzip" | "none";
  /** For https: other certificate authorities, a client's certificate. */
  readonly tls?: Pick<AgentOptions, "ca" | "cert" | "key" | "passphrase" | "servername">;
  /** Whether a delivery under way keeps the process alive. Default true. */
  readonly keepsProcess?: boolean;
  /** What to advise for a status, by the backend's own knowledge. */
  readonly remedy?: (status: number) => string | undefined;
}

/** The backend answered, and the answer was no. */
export class Refusal extends Error {
  readonly status: number;

  constructor(status: number, where: string, remedy: string | undefined) {
    super(`${status} from ${where}${remedy === undefined ? "" : `: ${remedy}`}`);
    this.status = status;
  }
}

interface Answer {
  readonly status: number;
  readonly retryAfterMs: number | undefined;
}

const RETRIED = new Set([429, 502, 503, 504]);
const FIRST_DELAY_MS = 200;
const LONGEST_DELAY_MS = 5000;
const COMPRESSED_FROM = 1024;
const LONGEST_ANSWER = 65_536;
const compressed = promisify(gzip);

export class HttpDelivery {
  readonly #options: DeliveryOptions;
  readonly #url: URL;
  readonly #agent: HttpAgent;
  readonly #stop = new AbortController();

  /** Throws `TypeError` for a URL that is not http or https. */
  constructor(options: DeliveryOptions) {
    this.#options = options;
    this.#url = new URL(options.url);
    if (this.#url.protocol !== "http:" && this.#url.protocol !== "https:") {
      throw new TypeError(`${this.where}: an exporter's URL starts with http:// or https://`);
    }
    const settings = { keepAlive: true, maxSockets: 4, maxFreeSockets: 1 };
    this.#agent =
      this.#url.protocol === "https:" ? new HttpsAgent({ ...settings, ...options.tls }) : new HttpAgent(settings);
  }

  /** The URL without credentials and query, for messages. */
  get where(): string {
    return this.#url.origin + this.#url.pathname;
  }

  /**
   * Resolves when the backend took the body (any 2xx). Rejects after the last attempt with what went wrong and where:
   * a `Refusal` when there was an answer.
   */
  async send(body: Buffer): Promise<void> {
    const end = performance.now() + (this.#options.deadlineMs ?? 25_000);
    const gzipped = this.#options.compression === "gzip" && body.length >= COMPRESSED_FROM;
    const sent = gzipped ? await compressed(body) : body;
    for (let delay = FIRST_DELAY_MS; ; delay = Math.min(delay * 2, LONGEST_DELAY_MS)) {
      const left = Math.max(end - performance.now(), 1);
      const outcome = await this.#attempt(sent, gzipped, left).catch((error: unknown) => error as Error);
      const answered = !(outcome instanceof Error);
      if (answered && outcome.status >= 200 && outcome.status < 300) return;
      const failure = answered
        ? new Refusal(outcome.status, this.where, this.#options.remedy?.(outcome.status))
        : this.#unreachable(outcome);
      if (answered && !RETRIED.has(outcome.status)) throw failure;
      // Jitter: a fleet that lost its collector does not come back in step.
      const wait = (answered ? outcome.retryAfterMs : undefined) ?? delay * (0.5 + Math.random() / 2);
      if (this.#stop.signal.aborted || performance.now() + wait > end) throw failure;
      await this.#pause(wait);
    }
  }

  /** Ends retries and idle connections; an attempt that is under way may finish. */
  shutdown(): void {
    this.#stop.abort();
    this.#agent.destroy();
  }

  #attempt(body: Buffer, gzipped: boolean, left: number): Promise<Answer> {
    const { contentType, headers, timeoutMs = 10_000, keepsProcess = true } = this.#options;
    const limit = Math.min(timeoutMs, left);
    const request = this.#url.protocol === "https:" ? httpsRequest : httpRequest;
    return new Promise((resolve, reject) => {
      const sent = request(this.#url, {
        method: "POST",
        agent: this.#agent,
        headers: {
          "content-type": contentType,
          "content-length": body.length,
          ...(gzipped ? { "content-encoding": "gzip" } : {}),
          // A sidecar on the way must not trace the tracer.
          b3: "0",
          ...headers,
        },
      });
      const timer = setTimeout(() => sent.destroy(new Error(`no answer within ${Math.ceil(limit)} ms`)), limit);
      if (!keepsProcess) {
        timer.unref();
        sent.on("socket", (socket) => socket.unref());
      }
      sent.on("close", () => clearTimeout(timer));
      sent.on("error", reject);
      sent.on("response", (response) => {
        drain(response);
        resolve({ status: response.statusCode ?? 0, retryAfterMs: retryAfterMs(response.headers["retry-after"]) });
      });
      sent.end(body);
    });
  }

  #pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const finish = (): void => {
        clearTimeout(timer);
        this.#stop.signal.removeEventListener("abort", finish);
        resolve();
      };
      const timer = setTimeout(finish, milliseconds);
      if (this.#options.keepsProcess === false) timer.unref();
      this.#stop.signal.addEventListener("abort", finish);
    });
  }

  #unreachable(error: NodeJS.ErrnoException): Error {
    return new Error(`${this.where}: ${error.code ?? error.message}; is the collector there, and the port open?`);
  }
}

/** Reads an answer to its end, so that the connection can be used again; one that has no end loses its connection. */
function drain(response: IncomingMessage): void {
  let received = 0;
  response.on("error", () => {});
  response.on("data", (chunk: Buffer) => {
    received += chunk.length;
    if (received > LONGEST_ANSWER) response.destroy();
  });
}
