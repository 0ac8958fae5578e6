/**
 * The end of the process: what waits is flushed, within a bound, and nobody else's ending is changed.
 */

/** The part of `process` that is needed here. */
export interface EndingProcess {
  readonly pid: number;
  on(event: string, listener: () => void): unknown;
  removeListener(event: string, listener: () => void): unknown;
  listenerCount(event: string): number;
  kill(pid: number, signal: NodeJS.Signals): unknown;
}

/**
 * Flushes on `beforeExit` and on the signals. Where no one else listens to a signal it is raised again after the flush,
 * so that the process dies of it as it would have, at once when it comes again meanwhile; where the app listens, ending
 * is the app's business. Returns its undo.
 */
export function flushAtEnd(
  ending: EndingProcess,
  signals: readonly NodeJS.Signals[],
  flush: () => Promise<unknown>,
): () => void {
  const undo: (() => void)[] = [];
  const listen = (event: string, listener: () => void): void => {
    ending.on(event, listener);
    undo.push(() => ending.removeListener(event, listener));
  };
  for (const signal of signals) {
    let flushing = false;
    const die = (): void => {
      // The kernel drops a signal to process 1 that nobody listens to: it would have lived on, and lives on.
      if (ending.pid === 1) return;
      ending.removeListener(signal, onSignal);
      ending.kill(ending.pid, signal);
    };
    const onSignal = (): void => {
      const alone = ending.listenerCount(signal) === 1;
      // Asked twice, somebody is impatient.
      if (alone && flushing) die();
      if (flushing) return;
      flushing = true;
      void flush().finally(() => {
        flushing = false;
        if (alone) die();
      });
    };
    listen(signal, onSignal);
  }
  let flushed = false;
  listen("beforeExit", () => {
    // Work scheduled here makes Node emit the event again: once is enough.
    if (flushed) return;
    flushed = true;
    void flush();
  });
  return () => {
    for (const step of undo) step();
  };
}

/**
 * Resolves with `work`, or after `milliseconds`, whichever is first; tells whether `work` was. Never rejects. The process
 * lives until then: the timers and sockets of exports hold nothing alive.
 */
export function within(milliseconds: number, work: Promise<unknown>): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds, false);
    const done = (): void => {
      clearTimeout(timer);
      resolve(true);
    };
    work.then(done, done);
  });
}
