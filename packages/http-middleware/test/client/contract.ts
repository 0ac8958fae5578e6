/**
 * What every client adapter does: one list of tests. An adapter's own file makes its client, and
 * says as data what that client cannot do.
 */
import { describe, type TestFunction, test } from "vitest";
import type { CallTracing, ClientOptions } from "../../src/client/options.js";
import { cancelTests } from "./contract-cancel.js";
import { copiedTests } from "./contract-copied.js";
import { endTests } from "./contract-ends.js";
import { optionTests } from "./contract-options.js";
import { propagationTests } from "./contract-propagation.js";
import { redirectTests } from "./contract-redirects.js";
import { samplingTests } from "./contract-sampling.js";
import { targetTests } from "./contract-targets.js";

export interface Asked {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  readonly signal?: AbortSignal;
  readonly tracing?: CallTracing;
}

export interface Answer {
  readonly status: number;
  text(): Promise<string>;
  /** Lets go of a body that is not wanted any more. */
  cancel(): unknown;
}

export type Client = (url: string, init?: Asked) => Promise<Answer>;

/** What not every client can do. */
export type Ability =
  /** It follows redirects. */
  | "redirects"
  /** Each hop of a redirect is known for one. */
  | "hops"
  /** Its answer is there before the body is. */
  | "streams"
  /** `tracing` on a single call. */
  | "tracing per call"
  /** Options of one client that are not those of another. */
  | "options per client"
  /** Its connection is known. */
  | "connection"
  /** It refuses a URL that is none with an error of its own. */
  | "malformed URL";

export interface ClientAdapter {
  readonly name: string;
  readonly make: (options?: ClientOptions) => Client;
  /** What it cannot do, with the reason. */
  readonly cannot?: Partial<Record<Ability, string>>;
}

/** What a part of the contract is given. */
export interface Contract {
  /** A client without options. */
  readonly call: Client;
  readonly make: (options?: ClientOptions) => Client;
  /**
   * `test` for a client that can do these. For another one the test is skipped, and its name ends
   * with the reason.
   */
  readonly where: (...abilities: Ability[]) => (name: string, work: TestFunction) => void;
}

export function describeClient({ name, make, cannot = {} }: ClientAdapter): void {
  const contract: Contract = {
    call: make(),
    make,
    where: (...abilities) => {
      const reason = abilities.map((ability) => cannot[ability]).find((text) => text !== undefined);
      return reason === undefined ? test : (name, work) => test.skip(`${name} (${reason})`, work);
    },
  };

  describe(name, () => {
    propagationTests(contract);
    copiedTests(contract);
    endTests(contract);
    cancelTests(contract);
    redirectTests(contract);
    targetTests(contract);
    optionTests(contract);
    samplingTests(contract);
  });
}
