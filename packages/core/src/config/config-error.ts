/** One mistake of a start-up: the variable or option, its value, and what is allowed. */
export interface ConfigProblem {
  readonly name: string;
  readonly value: string;
  readonly allowed: string;
}

/** Every mistake of a start-up at once, one a line: `OTEL_TRACES_EXPORTER=jeager: unknown exporter; one of ...`. */
export class TracingConfigError extends Error {
  override readonly name = "TracingConfigError";
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    super(problems.map(({ name, value, allowed }) => `${name}=${value}: ${allowed}`).join("\n"));
    this.problems = problems;
  }
}
