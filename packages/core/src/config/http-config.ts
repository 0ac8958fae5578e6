/**
 * What exporters over HTTP have in common.
 */
import { EXPORT_SETTINGS } from "./export-settings.js";
import type { SchemaEntry } from "./setting.js";
import type { Compression } from "./setting-names.js";
import type { SettingReader } from "./setting-reader.js";
import type { TlsOptions } from "./tracing-types.js";

export interface HttpConfig {
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly compression: Compression;
  readonly tls?: TlsOptions;
}

/**
 * Reads an exporter's endpoint: its own option, the general one, its variables, Istio's addon,
 * localhost.
 */
export function readEndpoint(
  reader: SettingReader,
  own: SchemaEntry<string, string | undefined>,
  inMesh: string | undefined,
  onLocalhost: string,
): string {
  const general = (): { value: string; source: string } | undefined => {
    const found = reader.option(EXPORT_SETTINGS.endpoint);
    return found && { value: reader.show(EXPORT_SETTINGS.endpoint, found), source: "endpoint" };
  };
  const otherwise =
    inMesh === undefined ? { value: onLocalhost, source: "default" } : { value: inMesh, source: "kubernetes" };
  return reader.show(own, reader.option(own) ?? general() ?? reader.variable(own) ?? otherwise);
}

/** Reads what exporters over HTTP have in common; `timeoutMs` is the exporter's own time limit. */
export function readHttp(reader: SettingReader, own: SchemaEntry<number, number>): HttpConfig {
  const general = (): { value: number; source: string } | undefined => {
    const found = reader.option(EXPORT_SETTINGS.timeoutMs);
    return found && { value: reader.show(EXPORT_SETTINGS.timeoutMs, found), source: "timeoutMs" };
  };
  const tls = reader.read(EXPORT_SETTINGS.tls);
  const otherwise = { value: own.default, source: "default" };
  return {
    headers: reader.read(EXPORT_SETTINGS.headers) ?? {},
    timeoutMs: reader.show(own, reader.option(own) ?? general() ?? reader.variable(own) ?? otherwise),
    compression: reader.read(EXPORT_SETTINGS.compression),
    ...(tls === undefined ? {} : { tls }),
  };
}
