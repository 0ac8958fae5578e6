/**
 * Delivery over HTTP: keep-alive, time limits, and retries that end.
 */
import type { Agent as HttpAgent } from "node:http";
import type { AgentOptions } from "node:https";
import { nodeModules } from "../../node-modules.js";
import { parsedUrl } from "../../text/parsed-url.js";
import { now } from "../clock.js";
import type { LastRequest } from "../exit/send-at-exit.js";
import { isPermanent, type Remedy, refusal, unreachable } from "./delivery-failure.js";
import { type Answer, attempt, isSuccess, StaleConnection } from "./http-attempt.js";
import { pause } from "./pause.js";

export type Headers = Readonly<Record<string, string>>;

export interface DeliveryOptions {
  /** Where to POST. User info in it becomes basic authentication. */
  readonly url: string;
  readonly contentType: string;
  /** A function is called before each request. */
  readonly headers?: Headers | (() => Headers | undefined) | undefined;
  /** Milliseconds for one attempt, default 10000. */
  readonly timeoutMs?: number | undefined;
  /** Milliseconds for all attempts together, default 25000. */
  readonly deadlineMs?: number | undefined;
  /** `gzip` compresses bodies over 1 KiB. @default `none` */
  readonly compression?: "gzip" | "none" | undefined;
  /**
   * For https: other certificate authorities, a client's certificate, the name to expect in the
   * server's.
   */
  readonly tls?: Pick<AgentOptions, "ca" | "cert" | "key" | "passphrase" | "servername"> | undefined;
  /**
   * Used instead of our own connections, for example a proxy's agent. It is not destroyed at the
   * end.
   */
  readonly agent?: HttpAgent | undefined;
  /** Whether a delivery under way keeps the process alive. @default true */
  readonly keepsProcess?: boolean | undefined;
  readonly remedy?: Remedy | undefined;
}

/** The time between attempts. */
export interface RetryClock {
  /** Milliseconds of a clock that never goes back. */
  now(): number;
  /** Resolves after `milliseconds`, or when `signal` aborts. */
  sleep(milliseconds: number, signal: AbortSignal, keepsProcess: boolean): Promise<void>;
  /** From 0 to 1. */
  random(): number;
}

export const MAX_CONNECTIONS = 4;
const CLOCK: RetryClock = { now, sleep: pause, random: Math.random };
const RETRIED_STATUSES = new Set([429, 502, 503, 504]);
const FOLLOWED_STATUSES = new Set([307, 308]);
const MAX_REDIRECTS = 3;
const FIRST_DELAY_MS = 200;
const MAX_DELAY_MS = 5000;
const MIN_COMPRESSED_BYTES = 1024;

export class HttpDelivery {
  readonly #options: DeliveryOptions;
  readonly #clock: RetryClock;
  readonly #url: URL;
  #agent: HttpAgent | undefined;
  readonly #stop = new AbortController();
  readonly #abort = new AbortController();

  /** Throws `TypeError` for a URL that is not http or https. */
  constructor(options: DeliveryOptions, clock = CLOCK) {
    this.#options = options;
    this.#clock = clock;
    this.#url = parsedUrl(options.url);
    if (this.#url.protocol !== "http:" && this.#url.protocol !== "https:") {
      throw new TypeError(`${this.where}: an exporter's URL starts with http:// or https://`);
    }
    this.#agent = options.agent;
  }

  /** The URL without credentials and query, for messages. */
  get where(): string {
    return `${this.#url.protocol}//${this.#url.host}${this.#url.pathname}`;
  }

  /**
   * Resolves when the backend accepted the body (any 2xx). Rejects after the last attempt with the
   * cause and the URL: a `Refusal` if there was an answer. `onFailedAttempt` is called with the
   * cause of each earlier failure.
   */
  async send(body: Buffer, onFailedAttempt?: (reason: string) => void): Promise<void> {
    const end = this.#clock.now() + (this.#options.deadlineMs ?? 25_000);
    const gzipped = this.#options.compression === "gzip" && body.length >= MIN_COMPRESSED_BYTES;
    const sent = gzipped ? await compressed(body) : body;
    let before: Error | undefined;
    for (let delay = FIRST_DELAY_MS; ; delay = Math.min(delay * 2, MAX_DELAY_MS)) {
      const { answer, error } = await this.#post(sent, gzipped, end).then(answered, notAnswered);
      if (answer !== undefined && isSuccess(answer.status)) return;
      const failure =
        answer === undefined ? unreachable(error, this.where) : refusal(answer, this.where, this.#options.remedy);
      // The deadline cut this attempt short: the failure before it says more.
      if (answer === undefined && before !== undefined && this.#clock.now() >= end) throw before;
      before = failure;
      if (answer === undefined ? isPermanent(error) : !RETRIED_STATUSES.has(answer.status)) throw failure;
      // Jitter, so that services that lost their collector together do not retry together.
      const backOff = delay * (0.5 + this.#clock.random() / 2);
      // A `Retry-After` beyond the deadline would lose the batch at once, and the next one would
      // ask just as soon.
      const pauseMs = answer?.retryAfterMs ?? backOff;
      const wait = this.#clock.now() + pauseMs > end ? backOff : pauseMs;
      if (this.#stop.signal.aborted || this.#clock.now() + wait > end) throw failure;
      onFailedAttempt?.(failure.message);
      await this.#clock.sleep(wait, this.#stop.signal, this.#options.keepsProcess ?? true);
    }
  }

  /**
   * Returns the request of one attempt that another thread can make; `undefined` with an agent of
   * the user's.
   */
  lastRequest(body: Buffer): LastRequest | undefined {
    const { agent, tls } = this.#options;
    return agent === undefined ? { url: this.#url.href, headers: this.#headers(body, false), body, tls } : undefined;
  }

  /** Ends retries. An attempt that is under way may finish. */
  stop(): void {
    this.#stop.abort();
  }

  /** Ends everything, including idle connections. */
  abort(): void {
    this.#stop.abort();
    this.#abort.abort();
    if (this.#options.agent === undefined) this.#agent?.destroy();
  }

  /**
   * Makes one attempt. Follows redirects that keep method and origin: no other origin gets
   * credentials and spans.
   */
  async #post(body: Buffer, gzipped: boolean, end: number): Promise<Answer> {
    let url = this.#url;
    for (let redirects = 0; ; redirects += 1) {
      const answer = await this.#request(url, body, gzipped, end).catch((error: unknown) => {
        if (error instanceof StaleConnection) return this.#request(url, body, gzipped, end);
        throw error;
      });
      const { status, location } = answer;
      if (!FOLLOWED_STATUSES.has(status) || location === undefined || redirects >= MAX_REDIRECTS) return answer;
      const next = URL.canParse(location, url.href) ? new URL(location, url) : undefined;
      if (next?.origin !== url.origin) return answer;
      next.username = url.username;
      next.password = url.password;
      url = next;
    }
  }

  #request(url: URL, body: Buffer, gzipped: boolean, end: number): Promise<Answer> {
    const { timeoutMs = 10_000, keepsProcess = true, tls } = this.#options;
    this.#agent ??= agentFor(this.#url, tls);
    return attempt({
      url,
      agent: this.#agent,
      body,
      timeoutMs: Math.min(timeoutMs, Math.max(end - this.#clock.now(), 1)),
      keepsProcess,
      signal: this.#abort.signal,
      headers: this.#headers(body, gzipped),
    });
  }

  #headers(body: Buffer, gzipped: boolean): Readonly<Record<string, string | number>> {
    const { contentType, headers } = this.#options;
    return {
      "content-type": contentType,
      "content-length": body.length,
      ...(gzipped ? { "content-encoding": "gzip" } : {}),
      // A sidecar must not trace the exporter's requests.
      b3: "0",
      ...(typeof headers === "function" ? headers() : headers),
    };
  }
}

interface Outcome {
  readonly answer?: Answer;
  /**
   * Why there is no answer. An error of Node's own is of another realm in a test environment:
   * `instanceof` fails there.
   */
  readonly error?: unknown;
}

const answered = (answer: Answer): Outcome => ({ answer });
const notAnswered = (error: unknown): Outcome => ({ error });

function agentFor({ protocol }: URL, tls: DeliveryOptions["tls"]): HttpAgent {
  const settings = { keepAlive: true, maxSockets: MAX_CONNECTIONS, maxFreeSockets: MAX_CONNECTIONS };
  return protocol === "https:"
    ? new nodeModules.https.Agent({ ...settings, ...tls })
    : new nodeModules.http.Agent(settings);
}

function compressed(body: Buffer): Promise<Buffer> {
  const { constants, gzip } = nodeModules.zlib;
  return new Promise((resolve, reject) => {
    // The lowest level: spans repeat themselves so much that the others save little more.
    gzip(body, { level: constants.Z_BEST_SPEED }, (error, result) => (error ? reject(error) : resolve(result)));
  });
}
