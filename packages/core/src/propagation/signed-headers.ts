/**
 * The headers that a request's signature covers. Changing one of them would make the server refuse
 * the request.
 */
import { textOf } from "../headers/header-value.js";
import type { CarrierKind } from "./carriers.js";

const AWS = /\bSignedHeaders=([^,\s]+)/i;
const QUOTED = /"([^"]*)"/g;

/**
 * Returns the lower-case names of `SignedHeaders=` in `authorization` (AWS Signature Version 4) and
 * of `signature-input` (RFC 9421); `undefined` where nothing is signed.
 */
export function signedHeaders(carrier: unknown, kind: CarrierKind): ReadonlySet<string> | undefined {
  const authorization = read(carrier, kind, "authorization", "Authorization");
  const input = read(carrier, kind, "signature-input", "Signature-Input");
  return signedNames(authorization, input);
}

/** The same for the values of both headers. */
export function signedNames(
  authorization: string | undefined,
  input: string | undefined,
): ReadonlySet<string> | undefined {
  const covered = authorization === undefined ? undefined : AWS.exec(authorization)?.[1];
  if (covered === undefined && input === undefined) return undefined;
  const names = covered?.split(";") ?? [];
  for (const [, quoted] of input?.matchAll(QUOTED) ?? []) names.push(quoted as string);
  return new Set(names.map((name) => name.toLowerCase()));
}

function read(carrier: unknown, kind: CarrierKind, ...spellings: string[]): string | undefined {
  for (const spelling of spellings) {
    const value: unknown = kind.get(carrier, spelling);
    const text = textOf(Array.isArray(value) ? value.join() : value);
    if (text) return text;
  }
  return undefined;
}
