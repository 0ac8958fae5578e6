/** Random sequences of API calls, as data. */
import fc from "fast-check";
import { EXCEPTIONS, NAMES, STATUSES, TIMES, VALUES, type ValueClass } from "./differential-values.js";

/**
 * Attributes as keys and names of values. Text instead of a list: a wrong argument of that name.
 */
export type Bag = readonly (readonly [key: string, value: string])[] | WrongBag;
export type WrongBag = "undefined" | "null" | "number" | "function";

export interface LinkData {
  readonly context: number;
  readonly attributes: Bag;
}

export interface StartOptions {
  readonly kind: number | "undefined" | "wrong";
  readonly attributes: Bag;
  readonly links: readonly LinkData[] | "undefined";
  readonly startTime: string;
  readonly root: boolean;
}

/** What the sampler answers for one span. */
export interface Sampling {
  readonly decision: 0 | 1 | 2;
  readonly attributes: Bag;
  readonly traceState: boolean;
}

/** Where a span starts: under an earlier span, or in a context of another kind. */
export type ParentData =
  | { readonly span: number }
  | "active"
  | "root"
  | "remote"
  | "remote unsampled"
  | "invalid"
  | "suppressed";

export type SpanCall =
  | { readonly call: "setAttribute"; readonly key: string; readonly value: string }
  | { readonly call: "setAttributes"; readonly attributes: Bag }
  | {
      readonly call: "addEvent";
      readonly name: string;
      readonly second: Bag | { readonly time: string };
      readonly time: string;
    }
  | { readonly call: "addLink"; readonly link: LinkData }
  | { readonly call: "addLinks"; readonly links: readonly LinkData[] }
  | { readonly call: "recordException"; readonly exception: string; readonly time: string }
  | { readonly call: "setStatus"; readonly status: string }
  | { readonly call: "updateName"; readonly name: string }
  | { readonly call: "end"; readonly time: string };

export type Step = { readonly tick: number } & (
  | {
      readonly do: "start";
      readonly parent: ParentData;
      readonly name: string;
      readonly options: StartOptions | "undefined";
      readonly sampling: Sampling;
    }
  | {
      readonly do: "startActive";
      readonly parent: ParentData;
      readonly name: string;
      readonly options: StartOptions | "undefined";
      readonly sampling: Sampling;
      readonly inside: readonly Step[];
    }
  | ({ readonly do: "call"; readonly span: number } & SpanCall)
);

export interface Limits {
  readonly attributeCountLimit?: number;
  readonly attributeValueLengthLimit?: number;
  readonly eventCountLimit?: number;
  readonly linkCountLimit?: number;
  readonly attributePerEventCountLimit?: number;
  readonly attributePerLinkCountLimit?: number;
}

export interface Scenario {
  readonly limits: Limits;
  /** What the processor does with each span, beside recording it. */
  readonly onStart: readonly SpanCall[];
  readonly onEnding: readonly SpanCall[];
  /** Whether the processor reads the span before its end. */
  readonly readsEarly: boolean;
  /**
   * Whether the processor writes an attribute into the ended span's object, as redacting processors
   * do.
   */
  readonly redacts: boolean;
  readonly steps: readonly Step[];
}

const KEYS = ["a", "b", "c", "d", "e", "constructor", "1", ""];
const keyOf = (map: ReadonlyMap<string, unknown>): fc.Arbitrary<string> => fc.constantFrom(...map.keys());
const valuesOf = (kinds: readonly ValueClass[]): fc.Arbitrary<string> =>
  fc.constantFrom(...[...VALUES].filter(([, { kind }]) => kinds.includes(kind)).map(([name]) => name));

/** What scenarios contain. */
export interface Profile {
  readonly name: string;
  /** The classes of values in calls that set attributes of a span. */
  readonly set: readonly ValueClass[];
  /** The classes of values in every other place for attributes. */
  readonly passed: readonly ValueClass[];
  readonly attributeCountLimits: readonly number[];
  readonly attributeValueLengthLimits: readonly number[];
}

/** Returns an arbitrary of scenarios. */
export function scenarios({ set, passed, ...limited }: Profile): fc.Arbitrary<Scenario> {
  const time = fc.oneof({ weight: 3, arbitrary: fc.constant("none") }, { weight: 4, arbitrary: keyOf(TIMES) });
  const name = fc.oneof({ weight: 4, arbitrary: fc.constant("GET") }, { weight: 2, arbitrary: keyOf(NAMES) });
  const bagOf = (kinds: readonly ValueClass[], keys: readonly string[]): fc.Arbitrary<Bag> =>
    fc.oneof(
      { weight: 6, arbitrary: fc.array(fc.tuple(fc.constantFrom(...keys), valuesOf(kinds)), { maxLength: 5 }) },
      { weight: 1, arbitrary: fc.constantFrom<WrongBag>("undefined", "null", "number", "function") },
    );
  const keys = passed.includes("invalid") ? KEYS : KEYS.filter((key) => key !== "");
  const bag = bagOf(passed, keys);
  const link = fc.record<LinkData>({ context: fc.nat(9), attributes: bag });
  const links = fc.array(link, { maxLength: 4 });
  const spanCall = fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        call: fc.constant("setAttribute" as const),
        key: fc.constantFrom(...KEYS),
        value: valuesOf(set),
      }),
    },
    { weight: 2, arbitrary: fc.record({ call: fc.constant("setAttributes" as const), attributes: bagOf(set, KEYS) }) },
    {
      weight: 4,
      arbitrary: fc.record({
        call: fc.constant("addEvent" as const),
        name,
        second: fc.oneof({ weight: 3, arbitrary: bag }, { weight: 2, arbitrary: fc.record({ time }) }),
        time,
      }),
    },
    { weight: 2, arbitrary: fc.record({ call: fc.constant("addLink" as const), link }) },
    { weight: 1, arbitrary: fc.record({ call: fc.constant("addLinks" as const), links }) },
    {
      weight: 2,
      arbitrary: fc.record({ call: fc.constant("recordException" as const), exception: keyOf(EXCEPTIONS), time }),
    },
    { weight: 3, arbitrary: fc.record({ call: fc.constant("setStatus" as const), status: keyOf(STATUSES) }) },
    { weight: 1, arbitrary: fc.record({ call: fc.constant("updateName" as const), name }) },
    { weight: 3, arbitrary: fc.record({ call: fc.constant("end" as const), time }) },
  ) as fc.Arbitrary<SpanCall>;
  const options = fc.oneof(
    { weight: 1, arbitrary: fc.constant("undefined" as const) },
    {
      weight: 4,
      arbitrary: fc.record<StartOptions>({
        kind: fc.constantFrom(0, 1, 2, 3, 4, "undefined" as const, "wrong" as const),
        attributes: bag,
        links: fc.oneof(links, fc.constant("undefined" as const)),
        startTime: time,
        root: fc.nat(5).map((draw) => draw === 0),
      }),
    },
  );
  const sampling = fc.record<Sampling>({
    decision: fc.constantFrom(2, 2, 2, 2, 1, 0),
    attributes: fc.oneof(fc.constant("undefined" as const), bag),
    traceState: fc.nat(3).map((draw) => draw === 0),
  });
  const parent = fc.oneof(
    { weight: 4, arbitrary: fc.record({ span: fc.nat(9) }) },
    {
      weight: 4,
      arbitrary: fc.constantFrom("active", "active", "root", "remote", "remote unsampled", "invalid", "suppressed"),
    },
  ) as fc.Arbitrary<ParentData>;
  const tick = fc.nat(3);
  const start = fc.record({ do: fc.constant("start" as const), parent, name, options, sampling, tick });
  const call = fc.tuple(fc.nat(9), tick, spanCall).map(([span, ticks, rest]) => ({
    do: "call" as const,
    span,
    tick: ticks,
    ...rest,
  }));
  const flat = fc.oneof({ weight: 1, arbitrary: start }, { weight: 5, arbitrary: call }) as fc.Arbitrary<Step>;
  const startActive = fc.record({
    do: fc.constant("startActive" as const),
    parent,
    name,
    options,
    sampling,
    tick,
    inside: fc.array(flat, { maxLength: 5 }),
  });
  const step = fc.oneof({ weight: 9, arbitrary: flat }, { weight: 1, arbitrary: startActive }) as fc.Arbitrary<Step>;
  const limit = fc.nat(4);
  const limits = fc.record<Limits, never>(
    {
      attributeCountLimit: fc.constantFrom(...limited.attributeCountLimits),
      attributeValueLengthLimit: fc.constantFrom(...limited.attributeValueLengthLimits),
      eventCountLimit: limit,
      linkCountLimit: limit,
      attributePerEventCountLimit: limit,
      attributePerLinkCountLimit: limit,
    },
    { requiredKeys: [] },
  );
  const actions = fc.oneof(
    { weight: 3, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(spanCall, { maxLength: 2 }) },
  );
  return fc.record<Scenario>({
    limits,
    onStart: actions.map((calls) => calls.filter(({ call: name }) => name !== "end")),
    onEnding: actions.map((calls) => calls.filter(({ call: name }) => name !== "end")),
    readsEarly: fc.boolean(),
    redacts: fc.nat(4).map((draw) => draw === 0),
    steps: fc
      .tuple(start as fc.Arbitrary<Step>, fc.array(step, { maxLength: 16 }))
      .map(([first, rest]) => [first, ...rest]),
  });
}
