/**
 * One POST and its answer, within a time limit.
 */
import type { Agent, IncomingMessage } from "node:http";
import { limitedRequest } from "../../limited-request.js";
import { clearTimeout, setTimeout } from "../clock.js";
import { retryAfterMs } from "./retry-after.js";

export interface Attempt {
  readonly url: URL;
  readonly agent: Agent;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body: Buffer;
  readonly timeoutMs: number;
  /** Whether the attempt keeps the process alive. */
  readonly keepsProcess: boolean;
  readonly signal: AbortSignal;
}

export interface Answer {
  readonly status: number;
  readonly retryAfterMs: number | undefined;
  /** Where a redirect leads. */
  readonly location: string | undefined;
  /** The beginning of the body as one line, for messages; empty after a 2xx. */
  readonly text: string;
}

/**
 * The server closed an idle keep-alive connection before it read the request, so a retry is safe.
 */
export class StaleConnection extends Error {}

const MAX_ANSWER_BYTES = 65_536;
const MAX_TEXT_LENGTH = 200;

/**
 * Resolves with any answer of the server. Rejects if there is none within the time, or no
 * connection.
 */
export function attempt({ url, agent, headers, body, timeoutMs, keepsProcess, signal }: Attempt): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = limitedRequest(url, { method: "POST", agent, headers, signal }, { timeoutMs, keepsProcess });
    request.on("error", (error: NodeJS.ErrnoException) =>
      reject(request.reusedSocket && error.code === "ECONNRESET" ? new StaleConnection(error.message) : error),
    );
    request.on("response", (response) => {
      const answer = (text: string): void =>
        resolve({
          status: response.statusCode ?? 0,
          retryAfterMs: retryAfterMs(response.headers["retry-after"]),
          location: response.headers.location,
          text,
        });
      // A 2xx counts even if its body breaks off. The body of a refusal says why.
      if (isSuccess(response.statusCode ?? 0)) {
        // A body that does not end must not hold a connection for the rest of the attempt.
        const release = setTimeout(() => response.destroy(), MAX_BODY_MS).unref();
        drain(response, () => clearTimeout(release));
        answer("");
      } else drain(response, answer);
    });
    request.end(body);
  });
}

export function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

/**
 * Reads an answer to its end, so that the connection can be used again; an endless answer loses its
 * connection.
 */
function drain(response: IncomingMessage, done: (text: string) => void): void {
  let received = 0;
  let text = "";
  response.on("error", () => {});
  response.on("close", () => done(oneLine(text)));
  response.on("data", (chunk: Buffer) => {
    if (text.length < MAX_TEXT_LENGTH) text += chunk.toString("latin1", 0, MAX_TEXT_LENGTH);
    received += chunk.length;
    if (received > MAX_ANSWER_BYTES) response.destroy();
  });
}

/** Milliseconds that the body of a 2xx may take. */
const MAX_BODY_MS = 1000;

/** Returns printable ASCII only: text from the network goes to a log. */
function oneLine(text: string): string {
  return text
    .replace(/[^ -~]+/g, " ")
    .trim()
    .slice(0, MAX_TEXT_LENGTH);
}
