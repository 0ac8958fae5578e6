/**
 * What went wrong with a delivery, in words that say what to do.
 */
import type { Answer } from "./http-attempt.js";

/** The backend answered, and the answer was no. */
export class Refusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** What a backend knows of its own refusals. */
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

/** A refusal that names the URL, the remedy, and what the backend itself said. */
export function refusal({ status, location, text }: Answer, where: string, remedy: Remedy | undefined): Refusal {
  const advice = remedy?.(status) ?? (location === undefined ? REMEDIES[status] : redirected(where, location));
  const said = text === "" ? "" : ` (it says: ${text})`;
  return new Refusal(
    tooLarge(status, text) ? 413 : status,
    `${status} from ${where}${advice ? `: ${advice}` : ""}${said}`,
  );
}

function redirected(where: string, location: string): string {
  const target = URL.canParse(location, where) ? new URL(location, where) : undefined;
  return `redirects to ${target === undefined ? "nowhere" : target.origin + target.pathname}; if that is the collector, configure it`;
}

/** Zipkin and Jaeger say 500 for a body over their limit, and only the text tells. */
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

/** No answer: why, and what to look at. */
export function unreachable(error: NodeJS.ErrnoException, where: string): Error {
  const code = error.code ?? error.message;
  const advice = UNREACHABLE.find(([pattern]) => pattern.test(code))?.[1];
  return new Error(`${where}: ${code}${advice === undefined ? "" : `: ${advice}`}`);
}

/** A certificate does not get better while one waits. */
export function isPermanent({ code = "" }: NodeJS.ErrnoException): boolean {
  return /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET/.test(code);
}
