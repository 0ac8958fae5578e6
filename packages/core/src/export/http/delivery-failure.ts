/**
 * Why a delivery failed, in words that say what to do.
 */
import { errorMessage } from "../report/error-message.js";
import type { Answer } from "./http-attempt.js";

/** The backend answered with a status that is no success. */
export class Refusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Returns a backend's own advice on a status. */
export type Remedy = (status: number) => string | undefined;

const REMEDIES: Readonly<Record<number, string>> = {
  400: "it could not read the spans",
  401: "credentials are missing or wrong: set username and password, bearerToken or headers",
  403: "these credentials may not write spans, or a policy of the mesh forbids it",
  404: "no collector at this path",
  405: "no collector at this path",
  413: "the batch is too large: lower maxExportBatchSize, or raise the limit of the collector or the proxy before it",
  415: "it takes another content type or encoding: set compression to none, and check protocol and port",
  429: "it is overloaded",
  503: "no collector behind this address, or it is overloaded",
};

/** Returns a refusal that names the URL, the remedy, and the backend's own message. */
export function refusal({ status, location, text }: Answer, where: string, remedy: Remedy | undefined): Refusal {
  const advice = remedy?.(status) ?? (location === undefined ? REMEDIES[status] : redirected(where, location));
  const message = text === "" ? "" : ` (it says: ${text})`;
  return new Refusal(
    tooLarge(status, text) ? 413 : status,
    `${status} from ${where}${advice ? `: ${advice}` : ""}${message}`,
  );
}

function redirected(where: string, location: string): string {
  const target = URL.canParse(location, where) ? new URL(location, where) : undefined;
  return `redirects to ${target === undefined ? "nowhere" : target.origin + target.pathname}; if that is the collector, configure it`;
}

/** Zipkin and Jaeger answer 500 to a body over their limit; only the text shows it. */
function tooLarge(status: number, text: string): boolean {
  return status === 500 && /too large/i.test(text);
}

const UNREACHABLE: readonly (readonly [RegExp, string])[] = [
  [/^ECONNREFUSED$/, "nothing listens there; is the collector up, and the port right?"],
  [/^(ENOTFOUND|EAI_AGAIN)$/, "the name does not resolve; is the host right, and DNS up?"],
  [/^CERT_HAS_EXPIRED$/, "its certificate has expired"],
  [/^ERR_TLS_CERT_ALTNAME_INVALID$/, "its certificate is for another name; set tls.servername or the right host"],
  [/SELF_SIGNED|UNABLE_TO|CERT_/, "its certificate is not trusted; set tls.ca"],
  [/^(EPROTO|ERR_SSL_.*)$/, "TLS failed; is it http, or does it want a client certificate (tls.cert, tls.key)?"],
  [/^HPE_/, "its answer is not HTTP/1.1; is it https, or a gRPC port?"],
];

/** Returns an error for a delivery without an answer: the cause, and what to check. */
export function unreachable(error: unknown, where: string): Error {
  const code = errorCode(error) ?? errorMessage(error);
  const advice = UNREACHABLE.find(([pattern]) => pattern.test(code))?.[1];
  return new Error(`${where}: ${code}${advice === undefined ? "" : `: ${advice}`}`);
}

/** Returns whether a retry is useless: a certificate stays wrong. */
export function isPermanent(error: unknown): boolean {
  return /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET/.test(errorCode(error) ?? "");
}

function errorCode(error: unknown): string | undefined {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return typeof code === "string" ? code : undefined;
}
