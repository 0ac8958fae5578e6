/**
 * From options, environment and facts to the config in force. Pure: nothing is registered, logged
 * or changed later.
 */
import type { Attributes, TextMapPropagator } from "@opentelemetry/api";
import { checkedOptions, type OptionValues } from "./checked-options.js";
import type { ConfigProblem } from "./config-error.js";
import { EXPORT_SETTINGS } from "./export-settings.js";
import { type ExporterConfig, readExporters } from "./exporter-config.js";
import { type ProcessFacts, readIdentity } from "./identity.js";
import { ineffectiveOptions } from "./ineffective-options.js";
import { passThroughList, passThroughProblems } from "./pass-through.js";
import { withSamplerDefaults } from "./sampler-variables.js";
import { ENTRIES, PROCESS_SETTINGS, SCHEMA, SPAN_SETTINGS } from "./schema.js";
import type { ResolvedOf } from "./setting.js";
import type { PropagatorName } from "./setting-names.js";
import { type Setting, SettingReader } from "./setting-reader.js";
import { unreadVariables } from "./unread-variables.js";
import { VariableReader } from "./variable-reader.js";

type SpanValues = Omit<ResolvedOf<typeof SPAN_SETTINGS>, "serviceName" | "resourceAttributes">;
type ProcessValues = Omit<ResolvedOf<typeof PROCESS_SETTINGS>, "propagators" | "passThrough">;

/**
 * Everything that is in force. Frozen, except for objects with methods, which belong to the app.
 */
export interface ResolvedConfig extends SpanValues, ProcessValues {
  readonly serviceName: string;
  /** Attributes of the process, `service.name` included. */
  readonly resource: Attributes;
  /** Empty where no spans are made, or where another provider makes them. */
  readonly exporters: readonly ExporterConfig[];
  readonly onLoss: ResolvedOf<typeof EXPORT_SETTINGS>["onLoss"];
  readonly propagators: readonly (PropagatorName | TextMapPropagator)[];
  readonly passThrough: readonly string[];
  readonly shutdown: {
    /** Whether to flush when the process ends. */
    readonly atProcessEnd: boolean;
    readonly signals: readonly NodeJS.Signals[];
    readonly timeoutMs: number;
  };
  /** For `tracing.config`: every setting in force by its option's name, secrets masked. */
  readonly settings: Readonly<Record<string, Setting>>;
}

export interface Resolution {
  readonly config: ResolvedConfig;
  /** Empty when the configuration is sound. */
  readonly problems: readonly ConfigProblem[];
  /** To log as a warning: variables that are not read. */
  readonly warning: string | undefined;
  /** To log at debug level: variables of the platform. */
  readonly note: string | undefined;
}

/**
 * Resolves the configuration. Never throws: mistakes are returned as `problems`, with a config that
 * makes no spans.
 */
export function resolveConfig(options: unknown, facts: ProcessFacts): Resolution {
  const { values, problems: optionProblems } = checkedOptions(options);
  const variables = new VariableReader(facts.environment);
  const reader = new SettingReader(values, variables);
  const forwarding = readProcess(reader);
  const shutdown = readShutdown(reader, values.has(SCHEMA.shutdown));
  const spanReader = readerForSpans(reader, values, forwarding, facts);
  const spans = readSpans(spanReader, facts);
  const exporters = spanReader === reader ? readExporters(reader, facts) : [];
  const onLoss = exporters.length === 0 ? undefined : reader.read(EXPORT_SETTINGS.onLoss);
  const problems = [
    ...optionProblems,
    ...inOrder(variables.problems),
    ...passThroughProblems(reader, forwarding.propagators, forwarding.passThrough),
    ...(forwarding.disabled ? [] : ineffectiveOptions(reader, exporters, forwarding.tracerProvider !== undefined)),
  ];
  let settings: ResolvedConfig["settings"] | undefined;
  const config = Object.freeze<ResolvedConfig>({
    ...forwarding,
    ...spans,
    exporters,
    onLoss,
    shutdown,
    // Masking takes a while, and few apps read the settings.
    get settings() {
      settings ??=
        spanReader === reader ? reader.settings() : Object.freeze({ ...spanReader.settings(), ...reader.settings() });
      return settings;
    },
  });
  const links = variables.serviceLinks;
  return {
    config: problems.length === 0 ? config : withoutSpans(config, "strict: false"),
    problems,
    warning: forwarding.disabled ? undefined : unreadVariables(variables, exporters),
    note: links.length === 0 ? undefined : `Kubernetes' service variables are not read: ${links.join(", ")}`,
  };
}

/** Returns the config that only forwards headers; `source` says why. */
export function withoutSpans(config: ResolvedConfig, source: string): ResolvedConfig {
  const settings = Object.freeze({ ...config.settings, disabled: Object.freeze({ value: true, source }) });
  return Object.freeze<ResolvedConfig>({ ...config, disabled: true, exporters: Object.freeze([]), settings });
}

/**
 * Settings are read as they depend on each other; problems are listed as the schema lists
 * variables.
 */
function inOrder(problems: readonly ConfigProblem[]): readonly ConfigProblem[] {
  if (problems.length < 2) return problems;
  const variables = [...ENTRIES.values()].flatMap((entry) => entry.variables);
  return problems.toSorted((a, b) => variables.indexOf(a.name) - variables.indexOf(b.name));
}

function readProcess(reader: SettingReader) {
  const { propagators: _names, passThrough: _change, ...plain } = PROCESS_SETTINGS;
  const propagators = Object.freeze([reader.read(PROCESS_SETTINGS.propagators)].flat());
  const { value, source } = reader.find(PROCESS_SETTINGS.passThrough) ?? { value: {}, source: "default" };
  const passThrough = reader.show(PROCESS_SETTINGS.passThrough, { value: passThroughList(value), source });
  return { ...reader.readAll(plain), propagators, passThrough };
}

/**
 * The reader for the settings of spans. Where no spans are made, mistakes in variables do not
 * count; where another provider makes them, no setting is read.
 */
function readerForSpans(
  reader: SettingReader,
  values: OptionValues,
  { disabled, tracerProvider }: Pick<ResolvedConfig, "disabled" | "tracerProvider">,
  { environment }: ProcessFacts,
): SettingReader {
  if (disabled) return new SettingReader(values, new VariableReader(environment));
  return tracerProvider === undefined ? reader : new SettingReader(new Map(), new VariableReader({}));
}

function readSpans(reader: SettingReader, facts: ProcessFacts) {
  const { serviceName: _name, resourceAttributes: _attributes, sampler: _sampler, ...plain } = SPAN_SETTINGS;
  const found = reader.find(SPAN_SETTINGS.sampler) ?? { value: SPAN_SETTINGS.sampler.default, source: "default" };
  const sampler = reader.show(SPAN_SETTINGS.sampler, { ...found, value: withSamplerDefaults(found.value) });
  return { ...readIdentity(reader, facts), ...reader.readAll(plain), sampler };
}

function readShutdown(reader: SettingReader, isOff: boolean): ResolvedConfig["shutdown"] {
  const { signals, timeoutMs } = SCHEMA.shutdown.group;
  if (isOff) reader.showAs("shutdown", false, "option");
  const read = { signals: isOff ? [] : reader.read(signals), timeoutMs: reader.read(timeoutMs) };
  return Object.freeze({ atProcessEnd: !isOff, ...read });
}
