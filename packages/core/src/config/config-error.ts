import { printable } from "../text/printable.js";

/** A mistake in an option or a variable. */
export interface ConfigProblem {
  /** The option's or the variable's name. */
  readonly name: string;
  /** Its value, without secrets. */
  readonly value: string;
  /** What is allowed instead. */
  readonly allowed: string;
}

/**
 * Thrown at start-up. Lists every problem, one per line: `OTEL_TRACES_EXPORTER=jeager: unknown
 * exporter; one of ...`.
 *
 * @example
 * try {
 *   initTracing();
 * } catch (error) {
 *   if (!(error instanceof TracingConfigError)) throw error;
 *   for (const { name, value, allowed } of error.problems) console.error(name, value, allowed);
 *   process.exit(1);
 * }
 */
export class TracingConfigError extends Error {
  /** Always `TracingConfigError`. */
  override readonly name = "TracingConfigError";
  /** One line for each mistake: option or variable, value, and what is allowed. */
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    super(problems.map(({ name, value, allowed }) => printable(`${name}=${value}: ${allowed}`)).join("\n"));
    this.problems = problems;
  }
}
