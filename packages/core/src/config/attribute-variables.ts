/**
 * Resource attributes from variables: `OTEL_RESOURCE_ATTRIBUTES`, and beneath them `JAEGER_TAGS`.
 */
import type { Attributes } from "@opentelemetry/api";
import type { Found } from "./setting.js";
import { items } from "./value-types.js";
import type { VariableReader } from "./variable-reader.js";

const OPENTELEMETRY = "OTEL_RESOURCE_ATTRIBUTES";
const JAEGER = "JAEGER_TAGS";

/**
 * Merges both variables. Where they name the same attribute, `OTEL_RESOURCE_ATTRIBUTES` takes
 * precedence.
 */
export function attributesFromVariables(variables: VariableReader): Found<Attributes> | undefined {
  const found: Found<Attributes>[] = [];
  for (const [name, decode, allowed] of [
    [OPENTELEMETRY, decodeURIComponent, "key=value pairs, separated by commas, percent-encoded"],
    [JAEGER, (text: string) => substituted(text, variables), "key=value pairs, separated by commas"],
  ] as const) {
    const text = variables.text(name);
    if (text === undefined) continue;
    const value = pairs(text, decode);
    if (value === undefined) variables.complain(name, allowed);
    else found.push({ value, source: name });
  }
  if (found.length === 0) return undefined;
  const value = Object.assign({}, ...found.map((one) => one.value).reverse()) as Attributes;
  return { value, source: found.map((one) => one.source).join(", ") };
}

/** W3C Baggage's syntax without properties, which OpenTelemetry and jaeger-client share. */
function pairs(text: string, decode: (text: string) => string): Attributes | undefined {
  const result: Attributes = {};
  for (const pair of items(text)) {
    const at = pair.indexOf("=");
    if (at < 1) return undefined;
    try {
      result[decode(pair.slice(0, at).trim())] = decode(pair.slice(at + 1).trim());
    } catch {
      return undefined;
    }
  }
  return result;
}

/** jaeger-client's `${VARIABLE:default}`. */
function substituted(value: string, variables: VariableReader): string {
  const [, name = "", otherwise = ""] = /^\$\{([^:}]*)(?::(.*))?\}$/.exec(value) ?? [];
  return name === "" ? value : (variables.text(name) ?? otherwise);
}
