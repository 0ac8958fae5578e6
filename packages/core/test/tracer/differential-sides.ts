/** The tracers that are compared. They are loaded after the clock was replaced. */
import { resourceOf } from "../../src/tracer/resource.js";
import { SDK_2, SDK_3, type Sdk, type SdkLine } from "../sdk/sdk-lines.js";
import type { LineName } from "./differential-differences.js";
import type { Parts, Side } from "./differential-driver.js";
import type { Profile } from "./differential-scenario.js";

const RESOURCE = { "service.name": "differential" };

/** Our provider, by its class: mutants are compared too. */
export interface OurProvider {
  new (options: {
    resource: typeof RESOURCE;
    sampler: Parts["sampler"];
    limits: Parts["limits"];
    processors: readonly Parts["processor"][];
    idGenerator: Parts["idGenerator"];
  }): { getTracer(name: string, version?: string): ReturnType<Side> };
}

/** Returns our side: `TracerProvider` with an exporter behind the SDK's own processor. */
export function ourSide(TracerProvider: OurProvider, sdk: Sdk): Side {
  return ({ limits, sampler, idGenerator, processor, exporter }) =>
    new TracerProvider({
      resource: RESOURCE,
      sampler,
      limits,
      idGenerator,
      processors: [processor, sdk.newSimpleProcessor(exporter)],
    }).getTracer("differential", "1.2.3");
}

/** Returns the side of a line of OpenTelemetry's SDK. */
export function sdkSide(sdk: Sdk): Side {
  return ({ limits, sampler, idGenerator, processor, exporter }) =>
    sdk
      .newProvider({
        resource: resourceOf(RESOURCE),
        sampler,
        spanLimits: limits,
        idGenerator,
        spanProcessors: [processor, sdk.newSimpleProcessor(exporter)],
      })
      .getTracer("differential", "1.2.3");
}

const LIMITS = { attributeCountLimits: [0, 1, 2, 3, 4], attributeValueLengthLimits: [1, 2, 3, 4] };

/**
 * Each line with the profiles in which it can be compared. Our spans follow SDK 3.x; profiles of
 * SDK 2.x leave out what 3.x changed, each with its reason.
 */
export const COMPARISONS: readonly {
  readonly line: SdkLine;
  readonly name: LineName;
  readonly profiles: readonly Profile[];
}[] = [
  {
    line: SDK_2,
    name: "2.x",
    profiles: [
      // Maps, bytes and mixed lists are invalid in 2.x. 2.x does not count invalid values as
      // dropped, 3.x does: at the start, in events, in links, and beyond the count limit. With a
      // length limit of 0, 2.x keeps lists of the caller.
      { ...LIMITS, name: "valid values, count limits", set: ["simple", "absent"], passed: ["simple"] },
      {
        ...LIMITS,
        name: "invalid values, no count limit",
        set: ["simple", "absent", "invalid"],
        passed: ["simple"],
        attributeCountLimits: [128],
      },
    ],
  },
  {
    line: SDK_3,
    name: "3.x",
    profiles: [
      {
        ...LIMITS,
        name: "all values",
        set: ["simple", "absent", "composite", "invalid"],
        passed: ["simple", "absent", "composite", "invalid"],
        attributeValueLengthLimits: [0, 1, 2, 3, 4],
      },
    ],
  },
];
