/** A provider as `initTracing()` builds it, around the parts that a test names. */
import { localSampler, MeshSampler, type SamplerSetting } from "../src/sampling/mesh-sampler.js";
import { TracerProvider, type TracerProviderOptions } from "../src/tracer/tracer-provider.js";

export interface ProviderParts extends Partial<TracerProviderOptions> {
  readonly local?: SamplerSetting;
  readonly debugPerSecond?: number;
}

/** `sampler` or `local`: what decides where the mesh has not. */
export function createProvider({ local, sampler, debugPerSecond = 10, ...parts }: ProviderParts = {}): TracerProvider {
  const decides = new MeshSampler(sampler ?? localSampler(local), debugPerSecond);
  return new TracerProvider({ resource: {}, ...parts, sampler: decides });
}
