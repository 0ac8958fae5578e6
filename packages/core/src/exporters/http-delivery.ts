/**
 * The one way in which HTTP exporters deliver: keep-alive, time limits, and retries that end.
 */
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";

export interface DeliveryOptions {
  /** Where to POST. User info in it becomes basic authentication. */
  readonly url: string;
  readonly contentType: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds for one attempt, default 10000. */
  readonly timeoutMs?: number;
  /** Milliseconds for all attempts together, default 25000. */
  readonly deadlineMs?: number;
  /** What to advise for a status, by the backend's own knowledge. */
  readonly remedy?: (status: number) => string | undefined;
}

const RETRIED = new Set([429, 502, 503, 504]);
const FIRST_DELAY_MS = 200;
const LONGEST_DELAY_MS = 5000;

interface Answer {
  readonly status: number;
  readonly retryAfterMs: number | undefined;
}

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
    this.#agent = this.#url.protocol === "https:" ? new HttpsAgent(settings) : new HttpAgent(settings);
  }

  /** The URL without credentials and query, for messages. */
  get where(): string {
    return this.#url.origin + this.#url.pathname;
  }

  /** Resolves when the backend took the body (any 2xx); rejects with what went wrong and where, after the last attempt. */
  async send(body: Buffer): Promise<void> {
    const end = performance.now() + (this.#options.deadlineMs ?? 25_000);
    for (let delay = FIRST_DELAY_MS; ; delay = Math.min(delay * 2, LONGEST_DELAY_MS)) {
      const outcome = await this.#attempt(body).catch((error: unknown) => error as NodeJS.ErrnoException);
      if (!(outcome instanceof Error) && outcome.status >= 200 && outcome.status < 300) return;
      const failure = outcome instanceof Error ? this.#unreachable(outcome) : this.#refused(outcome.status);
      const transient = outcome instanceof Error || RETRIED.has(outcome.status);
      // Full jitter: a fleet that lost its collector does not come back in step.
      const asked = outcome instanceof Error ? undefined : outcome.retryAfterMs;
      const wait = asked ?? delay * (0.5 + Math.random() / 2);
      if (!transient || this.#stop.signal.aborted || performance.now() + wait > end) throw failure;
      await this.#pause(wait);
    }
  }

  /** Ends retries and idle connections; an attempt that is under way may finish. */
  shutdown(): void {
    this.#stop.abort();
    this.#agent.destroy();
  }

  #attempt(body: Buffer): Promise<Answer> {
    const { contentType, headers, timeoutMs = 10_000 } = this.#options;
    const request = this.#url.protocol === "https:" ? httpsRequest : httpRequest;
    return new Promise((resolve, reject) => {
      const sent = request(this.#url, {
        method: "POST",
        agent: this.#agent,
        // A sidecar on the way must not trace the tracer.
        headers: { "content-type": contentType, "content-length": body.length, b3: "0", ...headers },
      });
      const timer = setTimeout(() => sent.destroy(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
      sent.on("error", (error) => {
        clearTimeout(timer);
        reject(error);
      });
      sent.on("response", (response) => {
        response.on("close", () => clearTimeout(timer));
        response.on("error", () => {});
        response.resume();
        resolve({ status: response.statusCode ?? 0, retryAfterMs: retryAfter(response) });
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
      this.#stop.signal.addEventListener("abort", finish);
    });
  }

  #refused(status: number): Error {
    const remedy = this.#options.remedy?.(status);
    return new Error(`${status} from ${this.where}${remedy === undefined ? "" : `: ${remedy}`}`);
  }

  #unreachable(error: NodeJS.ErrnoException): Error {
    return new Error(`${this.where}: ${error.code ?? error.message}; is the collector there, and the port open?`);
  }
}

/** `Retry-After` in milliseconds, from seconds or a date (RFC 9110, section 10.2.3). */
function retryAfter(response: IncomingMessage): number | undefined {
  const text = response.headers["retry-after"];
  if (text === undefined) return undefined;
  const milliseconds = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now();
  return Number.isNaN(milliseconds) ? undefined : Math.max(milliseconds, 0);
}
