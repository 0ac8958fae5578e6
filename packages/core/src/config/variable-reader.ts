/**
 * The environment's variables: blank ones and those of the platform count as not set.
 */
import type { ConfigProblem } from "./config-error.js";
import { shownValue } from "./masked-value.js";

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Kubernetes sets `NAME_PORT=tcp://10.1.2.3:80` for each Service in the namespace, so a Service
 * called `jaeger-agent` sets `JAEGER_AGENT_PORT`.
 */
const SERVICE_LINK = /^(tcp|udp|sctp):\/\//;
const SERVICE_LINK_NAME = /_(PORT|HOST)$/;

/** Reads variables, and collects the problems of those that were read. */
export class VariableReader {
  readonly #environment: Environment;
  readonly #problems = new Map<string, ConfigProblem>();
  readonly #serviceLinks = new Set<string>();

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  /** The problems so far, one for each variable. */
  get problems(): readonly ConfigProblem[] {
    return [...this.#problems.values()];
  }

  /** The variables that were passed over because Kubernetes set them. */
  get serviceLinks(): readonly string[] {
    return [...this.#serviceLinks];
  }

  /** Returns the variable's text, or `undefined` where it is not set. */
  text(name: string): string | undefined {
    const found = this.#environment[name];
    if (found === undefined || found.trim() === "") return undefined;
    if (!(SERVICE_LINK_NAME.test(name) && SERVICE_LINK.test(found))) return found;
    this.#serviceLinks.add(name);
    return undefined;
  }

  /** Returns the name and the text of the first variable that is set. */
  first(names: readonly string[]): { readonly name: string; readonly text: string } | undefined {
    for (const name of names) {
      const found = this.text(name);
      if (found !== undefined) return { name, text: found };
    }
    return undefined;
  }

  /** Notes that the variable's text is not allowed. */
  complain(name: string, allowed: string, secret = false): void {
    const value = secret ? "***" : shownValue(name, this.#environment[name] ?? "");
    this.#problems.set(name, { name, value, allowed });
  }
}
