// Most text needs no escape: looking is cheaper than JSON.stringify.
const ESCAPED = /[^ !#-[\]-\ud7ff\ue000-\uffff]/;

/** `text` as JSON. Lone surrogates must be gone already. */
export function quoted(text: string): string {
  return ESCAPED.test(text) ? JSON.stringify(text) : `"${text}"`;
}
