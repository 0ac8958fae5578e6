import { callFindings } from "./call-rules.js";
import type { Finding, Observed } from "./finding.js";
import { requestFindings } from "./request-rules.js";
import { SPAN_RULES } from "./span-rules.js";

/**
 * Returns every mistake, the most likely cause first: a lost context before what follows from it.
 */
export function findMistakes(observed: Observed): Finding[] {
  const { records, calls, requests } = observed;
  return [
    ...records.flatMap((record) => SPAN_RULES.flatMap((rule) => rule(record, observed) ?? [])),
    ...calls.flatMap((call) => callFindings(call, observed)),
    ...requests.flatMap((request) => requestFindings(request, observed)),
  ];
}
