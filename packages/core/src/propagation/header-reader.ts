/**
 * Reads headers of any carrier one by one, under their names in any case. Never throws.
 */
import type { TextMapGetter } from "@opentelemetry/api";
import { isAbsent } from "../headers/header-value.js";
import { nameText } from "./header-list.js";

/**
 * Returns a function that answers with the value of a header in lower case; `undefined` where it is
 * not there. `isWanted` selects the names, in any case, that it will be asked for. What throws is
 * passed to `onMalformed`.
 */
export function headerReader(
  carrier: unknown,
  getter: TextMapGetter,
  isWanted: (name: string) => boolean,
  onMalformed: (header: string) => void,
): (header: string) => unknown {
  let names: Map<string, unknown> | undefined;
  const spellingOf = (header: string): unknown => {
    names ??= namesOf(carrier, getter, isWanted, onMalformed);
    return names === UNREADABLE ? header : names.get(header);
  };
  return (header) => {
    let failed = false;
    try {
      const value: unknown = getter.get(carrier, header);
      if (!isAbsent(value)) return value;
    } catch {
      failed = true;
    }
    const spelling = spellingOf(header);
    // Some getters throw for what the carrier lacks.
    if (spelling === undefined) return undefined;
    if (spelling !== header) {
      try {
        const value: unknown = getter.get(carrier, spelling as string);
        return isAbsent(value) ? undefined : value;
      } catch {
        failed = true;
      }
    }
    if (failed) onMalformed(header);
    return undefined;
  };
}

/** The names of a carrier that does not list them. */
const UNREADABLE = new Map<string, unknown>();

/** The wanted names on the carrier, as it spells them (text or bytes), by those in lower case. */
function namesOf(
  carrier: unknown,
  getter: TextMapGetter,
  isWanted: (name: string) => boolean,
  onMalformed: (header: string) => void,
): Map<string, unknown> {
  try {
    const names = new Map<string, unknown>();
    for (const key of getter.keys(carrier) as unknown[]) {
      const text = nameText(key);
      if (text === undefined || !isWanted(text)) continue;
      const lower = text.toLowerCase();
      if (lower === key || !names.has(lower)) names.set(lower, key);
    }
    return names;
  } catch {
    onMalformed("carrier");
    return UNREADABLE;
  }
}
