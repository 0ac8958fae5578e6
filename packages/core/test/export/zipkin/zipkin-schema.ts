/**
 * What Zipkin's API takes, as JSON schema, stricter than Zipkin where it would lose something
 * silently: facts of its OpenAPI description (https://zipkin.io/zipkin-api/), read by Ajv.
 */
import { Ajv } from "ajv";

export interface ZipkinEndpoint {
  readonly serviceName?: string;
  readonly ipv4?: string;
  readonly ipv6?: string;
  readonly port?: number;
}

export interface ZipkinSpan {
  readonly traceId: string;
  readonly id: string;
  readonly parentId?: string;
  readonly kind?: string;
  readonly name?: string;
  readonly timestamp?: number;
  readonly duration?: number;
  readonly shared?: boolean;
  readonly debug?: boolean;
  readonly localEndpoint: ZipkinEndpoint;
  readonly remoteEndpoint?: ZipkinEndpoint;
  readonly annotations?: readonly { readonly timestamp: number; readonly value: string }[];
  readonly tags: Readonly<Record<string, string>>;
}

const object = (properties: object, required: readonly string[]) => ({
  type: "object",
  properties,
  required,
  additionalProperties: false,
});
const microseconds = { type: "integer", minimum: 1 };
const spanId = { type: "string", pattern: "^(?!0{16})[0-9a-f]{16}$" };
const endpoint = object(
  {
    serviceName: { type: "string", minLength: 1 },
    ipv4: { type: "string", pattern: "^(\\d{1,3}\\.){3}\\d{1,3}$" },
    ipv6: { type: "string", pattern: "^[0-9a-f:.]+$" },
    port: { type: "integer", minimum: 1, maximum: 65_535 },
  },
  [],
);
const span = object(
  {
    traceId: { type: "string", pattern: "^(?!0+$)([0-9a-f]{16}){1,2}$" },
    id: spanId,
    parentId: spanId,
    kind: { enum: ["CLIENT", "SERVER", "PRODUCER", "CONSUMER"] },
    name: { type: "string" },
    timestamp: microseconds,
    duration: microseconds,
    shared: { const: true },
    debug: { const: true },
    localEndpoint: endpoint,
    remoteEndpoint: endpoint,
    annotations: {
      type: "array",
      items: object({ timestamp: { type: "integer", minimum: 0 }, value: { type: "string" } }, ["timestamp", "value"]),
    },
    tags: { type: "object", additionalProperties: { type: "string" } },
  },
  ["traceId", "id", "name", "localEndpoint", "tags"],
);

const ajv = new Ajv({ allErrors: true });
const isListOfSpans = ajv.compile({ type: "array", items: span });

/**
 * A body as Zipkin's list of spans. Throws when it is no such list, or when an object has a member
 * twice.
 */
export function decodeSpans(body: Buffer): ZipkinSpan[] {
  const text = new TextDecoder("utf-8", { fatal: true }).decode(body);
  const list = JSON.parse(text);
  if (!isListOfSpans(list)) throw new Error(ajv.errorsText(isListOfSpans.errors));
  // A member that is there twice is lost in parsing: what is left would be written shorter.
  if (JSON.stringify(list).length !== text.length)
    throw new Error("a member is there twice, or a text is escaped in vain");
  return list as ZipkinSpan[];
}
