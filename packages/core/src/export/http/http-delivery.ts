/**
 * The one way in which HTTP exporters deliver: keep-alive, time limits, and retries that end.
 */
import { Agent as HttpAgent } from "node:http";
import { type AgentOptions, Agent as HttpsAgent } from "node:https";
import { promisify } from "node:util";
import { constants, gzip } from "node:zlib";
import { isPermanent, type Remedy, refusal, unreachable } from "./delivery-failure.js";
import { type Answer, attempt, isSuccess, StaleConnection } from "./http-attempt.js";
import { pause } from "./pause.js";

export type Headers = Readonly<Record<string, string>>;

export interface DeliveryOptions {
  /** Where to POST. User info in it becomes basic authentication. */
  readonly url: string;
  readonly contentType: string;
  /** Asked for before each request where it is a function. */
  readonly headers?: Headers | (() => Headers | undefined) | undefined;
  /** Milliseconds for one attempt, default 10000. */
  readonly timeoutMs?: number | undefined;
  /** Milliseconds for all attempts together, default 25000. */
  readonly deadlineMs?: number | undefined;
  /** `gzip` compresses bodies over 1 KiB. Default `none`. */
  readonly compression?: "gzip" | "none" | undefined;
  /** For https: other certificate authorities, a client's certificate, the name to expect in the server's. */
  readonly tls?: Pick<AgentOptions, "ca" | "cert" | "key" | "passphrase" | "servername"> | undefined;
  /** In place of connections of our own, for instance a proxy's agent. It is not destroyed at the end. */
  readonly agent?: HttpAgent | undefined;
  /** Whether a delivery under way keeps the process alive. Default true. */
  readonly keepsProcess?: boolean | undefined;
  readonly remedy?: Remedy | undefined;
}

export const MOST_CONNECTIONS = 4;
const RETRIED = new Set([429, 502, 503, 504]);
const FOLLOWED = new Set([307, 308]);
const MOST_REDIRECTS = 3;
const FIRST_DELAY_MS = 200;
const LONGEST_DELAY_MS = 5000;
const COMPRESSED_FROM = 1024;
const compressed = promisify(gzip);

export class HttpDelivery {
  readonly #options: DeliveryOptions;
  readonly #url: URL;
  readonly #agent: HttpAgent;
  readonly #stop = new AbortController();
  readonly #abort = new AbortController();

  /** Throws `TypeError` for a URL that is not http or https. */
  constructor(options: DeliveryOptions) {
    this.#options = options;
    this.#url = new URL(options.url);
    if (this.#url.protocol !== "http:" && this.#url.protocol !== "https:") {
      throw new TypeError(`${this.where}: an exporter's URL starts with http:// or https://`);
    }
    this.#agent = options.agent ?? agentFor(this.#url, options.tls);
  }

  /** The URL without credentials and query, for messages. */
  get where(): string {
    return `${this.#url.protocol}//${this.#url.host}${this.#url.pathname}`;
  }

  /**
   * Resolves when the backend took the body (any 2xx). Rejects after the last attempt with what went wrong and where:
   * a `Refusal` when there was an answer.
   */
  async send(body: Buffer): Promise<void> {
    const end = performance.now() + (this.#options.deadlineMs ?? 25_000);
    const gzipped = this.#options.compression === "gzip" && body.length >= COMPRESSED_FROM;
    // The lowest level: spans repeat themselves so much that the others save little more.
    const sent = gzipped ? await compressed(body, { level: constants.Z_BEST_SPEED }) : body;
    let before: Error | undefined;
    for (let delay = FIRST_DELAY_MS; ; delay = Math.min(delay * 2, LONGEST_DELAY_MS)) {
      const outcome = await this.#post(sent, gzipped, end).catch((error: unknown) => error as Error);
      const answered = !(outcome instanceof Error);
      if (answered && isSuccess(outcome.status)) return;
      const failure = answered ? refusal(outcome, this.where, this.#options.remedy) : unreachable(outcome, this.where);
      // The deadline cut this attempt short: the one before knows more.
      if (!answered && before !== undefined && performance.now() >= end) throw before;
      before = failure;
      if (answered ? !RETRIED.has(outcome.status) : isPermanent(outcome)) throw failure;
      // Jitter: a fleet that lost its collector does not come back in step.
      const wait = (answered ? outcome.retryAfterMs : undefined) ?? delay * (0.5 + Math.random() / 2);
      if (this.#stop.signal.aborted || performance.now() + wait > end) throw failure;
      await pause(wait, this.#stop.signal, this.#options.keepsProcess ?? true);
    }
  }

  /** Ends retries; an attempt that is under way may finish. */
  stop(): void {
    this.#stop.abort();
  }

  /** Ends everything, idle connections too. */
  abort(): void {
    this.#stop.abort();
    this.#abort.abort();
    if (this.#options.agent === undefined) this.#agent.destroy();
  }

  /** One attempt, along redirects that keep method and origin: credentials and spans go to no other. */
  async #post(body: Buffer, gzipped: boolean, end: number): Promise<Answer> {
    let url = this.#url;
    for (let redirects = 0; ; redirects += 1) {
      const answer = await this.#request(url, body, gzipped, end).catch((error: unknown) => {
        if (error instanceof StaleConnection) return this.#request(url, body, gzipped, end);
        throw error;
      });
      const { status, location } = answer;
      if (!FOLLOWED.has(status) || location === undefined || redirects >= MOST_REDIRECTS) return answer;
      const next = URL.canParse(location, url.href) ? new URL(location, url) : undefined;
      if (next?.origin !== url.origin) return answer;
      next.username = url.username;
      next.password = url.password;
      url = next;
    }
  }

  #request(url: URL, body: Buffer, gzipped: boolean, end: number): Promise<Answer> {
    const { contentType, headers, timeoutMs = 10_000, keepsProcess = true } = this.#options;
    const given = typeof headers === "function" ? headers() : headers;
    return attempt({
      url,
      agent: this.#agent,
      body,
      timeoutMs: Math.min(timeoutMs, Math.max(end - performance.now(), 1)),
      keepsProcess,
      signal: this.#abort.signal,
      headers: {
        "content-type": contentType,
        "content-length": body.length,
        ...(gzipped ? { "content-encoding": "gzip" } : {}),
        // A sidecar on the way must not trace the tracer.
        b3: "0",
        ...given,
      },
    });
  }
}

function agentFor({ protocol }: URL, tls: DeliveryOptions["tls"]): HttpAgent {
  const settings = { keepAlive: true, maxSockets: MOST_CONNECTIONS, maxFreeSockets: MOST_CONNECTIONS };
  return protocol === "https:" ? new HttpsAgent({ ...settings, ...tls }) : new HttpAgent(settings);
}
