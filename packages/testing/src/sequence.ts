/** Counts what happens, so that a test has an order without a clock. */
export class Sequence {
  #position = 0;

  next(): number {
    this.#position += 1;
    return this.#position;
  }

  reset(): void {
    this.#position = 0;
  }
}
