import type { TimedEvent } from "../../tracer/readable-span.js";
import { attributeText, nameText } from "../span/attribute-text.js";
import { eventMicros } from "../span/span-time.js";
import { jsonString } from "./json-text.js";

/**
 * Returns a span's events as the member `annotations`, empty without events: the name, with
 * attributes as JSON behind it, as OpenTelemetry's specification says. An event that cannot be read
 * is left out.
 */
export function annotations(events: readonly TimedEvent[] | undefined): string {
  if (!events || events.length === 0) return "";
  const list: string[] = [];
  for (const event of events) {
    try {
      list.push(`{"timestamp":${eventMicros(event.time)},"value":${jsonString(eventText(event))}}`);
    } catch {
      // Its span is kept.
    }
  }
  return `,"annotations":[${list.join(",")}]`;
}

function eventText({ name, attributes }: TimedEvent): string {
  const text = nameText(name);
  const hasAttributes = typeof attributes === "object" && attributes !== null && Object.keys(attributes).length > 0;
  return hasAttributes ? `${JSON.stringify(text)}: ${attributeText(attributes)}` : text;
}
