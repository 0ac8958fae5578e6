/**
 * Random IDs. Bytes come from the system in blocks: one system call serves some 500 spans.
 *
 * Spec: https://opentelemetry.io/docs/specs/otel/trace/sdk/#id-generators
 */
import { nodeModules } from "../node-modules.js";
import type { IdGenerator } from "./readable-span.js";

const BLOCK_BYTES = 4096;
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));
const ZERO = /^0+$/;

export class RandomIdGenerator implements IdGenerator {
  readonly #block = new Uint8Array(BLOCK_BYTES);
  #used = BLOCK_BYTES;

  generateTraceId(): string {
    return this.#id(16);
  }

  generateSpanId(): string {
    return this.#id(8);
  }

  #id(bytes: number): string {
    if (this.#used + bytes > BLOCK_BYTES) {
      nodeModules.crypto.randomFillSync(this.#block);
      this.#used = 0;
    }
    const end = this.#used + bytes;
    let id = "";
    for (let index = this.#used; index < end; index += 1) id += HEX[this.#block[index] as number];
    this.#used = end;
    // Zero is the one ID that is not valid.
    return ZERO.test(id) ? this.#id(bytes) : id;
  }
}
