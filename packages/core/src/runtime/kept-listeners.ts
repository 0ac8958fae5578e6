/**
 * Listeners that an app cannot remove by accident. `process.removeAllListeners("SIGTERM")` is meant
 * for the app's own; without ours the spans that wait would be lost without a message.
 */

/** The part of `process` that is needed here. */
export interface ListenedProcess {
  on(event: string, listener: () => void): unknown;
  prependListener(event: string, listener: () => void): unknown;
  removeListener(event: string, listener: () => void): unknown;
  listeners(event: string): readonly unknown[];
}

interface Kept {
  readonly event: string;
  readonly listener: () => void;
}

export class KeptListeners {
  readonly #process: ListenedProcess;
  readonly #kept = new Set<Kept>();
  #restoring = false;

  constructor(ending: ListenedProcess) {
    this.#process = ending;
  }

  /** Adds a listener, before all others if `first`. Returns the undo. */
  add(event: string, listener: () => void, { first = false } = {}): () => void {
    const kept = { event, listener };
    if (this.#kept.size === 0) this.#process.on("removeListener", this.#onRemoved);
    this.#kept.add(kept);
    if (first) this.#process.prependListener(event, listener);
    else this.#process.on(event, listener);
    return () => this.#remove(kept);
  }

  #remove(kept: Kept): void {
    this.#kept.delete(kept);
    if (this.#kept.size === 0) this.#process.removeListener("removeListener", this.#onRemoved);
    // An app that saves listeners and adds them again may have added ours twice.
    while (this.#isThere(kept)) this.#process.removeListener(kept.event, kept.listener);
  }

  /** Adds the listener again at once: the signal may follow in the same tick. */
  readonly #onRemoved = (event?: string, listener?: unknown): void => {
    for (const kept of this.#kept) if (kept.event === event && kept.listener === listener) this.#restore(kept);
    if (this.#restoring) return;
    this.#restoring = true;
    // `removeAllListeners()` without an event discards also what was added meanwhile.
    queueMicrotask(() => {
      this.#restoring = false;
      for (const kept of this.#kept) this.#restore(kept);
      if (this.#kept.size > 0) this.#restore({ event: "removeListener", listener: this.#onRemoved });
    });
  };

  #restore(kept: Kept): void {
    if (!this.#isThere(kept)) this.#process.on(kept.event, kept.listener);
  }

  #isThere({ event, listener }: Kept): boolean {
    return this.#process.listeners(event).includes(listener);
  }
}
