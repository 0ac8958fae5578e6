/** What the spans of one resource have in common. */
import type { Resource } from "../../tracer/readable-span.js";
import { nameText } from "../span/attribute-text.js";
import { flattened } from "../span/byte-text.js";
import { ObjectMemo } from "../span/object-memo.js";
import { NO_RESOURCE, resourceAttributes } from "../span/resource-attributes.js";
import { localEndpoint } from "./endpoint.js";
import { jsonString, jsonStringOf } from "./json-text.js";

export interface ResourceTexts {
  /** The member `localEndpoint`. */
  readonly localEndpoint: string;
  /** All tags, each after a comma. */
  readonly tags: string;
  readonly tagsByKey: ReadonlyMap<string, string>;
}

export class ResourceTags {
  readonly #serviceName: string | undefined;
  readonly #without: ReadonlySet<string>;
  readonly #onKey: (key: string) => void;
  readonly #texts = new ObjectMemo((resource: Resource) => this.#make(resource));

  /**
   * No tags are made for the keys in `without`. `onKey` is called with each key that is made a tag.
   */
  constructor(serviceName: string | undefined, without: Iterable<string>, onKey: (key: string) => void) {
    this.#serviceName = serviceName;
    this.#without = new Set(["", "service.name", ...without]);
    this.#onKey = onKey;
  }

  of(resource: Resource | undefined): ResourceTexts {
    const known = resource ?? NO_RESOURCE;
    return known.asyncAttributesPending === true ? this.#make(known) : this.#texts.of(known);
  }

  #make(resource: Resource): ResourceTexts {
    const attributes = resourceAttributes(resource);
    const serviceName = this.#serviceName ?? nameText(attributes["service.name"] ?? "unknown_service");
    const tagsByKey = new Map<string, string>();
    for (const [key, value] of Object.entries(attributes)) {
      if (this.#without.has(key)) continue;
      tagsByKey.set(key, `,${jsonString(key)}:${jsonStringOf(value)}`);
      this.#onKey(key);
    }
    return {
      localEndpoint: flattened(`,"localEndpoint":${localEndpoint(serviceName, attributes)}`),
      tags: flattened([...tagsByKey.values()].join("")),
      tagsByKey,
    };
  }
}
