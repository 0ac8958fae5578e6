/**
 * The end of the process: waiting spans are flushed, within a bound, and the app ends as it would
 * without us.
 */
import { clearTimeout, setImmediate, setTimeout } from "node:timers";
import { KeptListeners, type ListenedProcess } from "./kept-listeners.js";

type Listener = (...args: never[]) => void;

/** The part of `process` that is needed here. */
export interface EndingProcess extends ListenedProcess {
  readonly pid: number;
  kill(pid: number, signal: NodeJS.Signals): unknown;
}

/** What is flushed. */
export interface Flushable {
  /** Resolves after the flush, within the shutdown time. Never rejects. */
  flush(): Promise<unknown>;
  /** Returns how many spans have ended so far. */
  ended(): number;
}

/**
 * Calls `work` when the process exits: before the `exit` listeners of the app, because Node skips
 * those behind one that throws, and with `isLast` behind those that the app added earlier, because
 * spans may end in them. Returns the undo.
 */
export function atExit(ending: EndingProcess, work: (isLast: boolean) => void): () => void {
  const listeners = new KeptListeners(ending);
  const undo = [
    listeners.add("exit", () => work(false), { first: true }),
    listeners.add("exit", () => work(true)),
    // A listener that throws may be before ours.
    listeners.add("uncaughtExceptionMonitor", () => {
      if ((ending as { _exiting?: boolean })._exiting === true) work(true);
    }),
  ];
  return () => {
    for (const step of undo) step();
  };
}

/** Flushes on `beforeExit` and on `signals`. Returns the undo. */
export function flushAtEnd(ending: EndingProcess, signals: readonly NodeJS.Signals[], spans: Flushable): () => void {
  const listeners = new KeptListeners(ending);
  const undo = signals.map((signal) => flushOnSignal(ending, listeners, signal, spans));
  let flushed = 0;
  const beforeExit = (): void => {
    // Work scheduled here makes Node emit the event again, also where nothing new has ended since.
    if (spans.ended() === flushed) return;
    flushed = spans.ended();
    void spans.flush();
  };
  undo.push(listeners.add("beforeExit", beforeExit));
  return () => {
    for (const step of undo) step();
  };
}

/**
 * Flushes when the signal comes. If the app has a listener, the app ends the process in its own
 * time. If it has none, the signal is raised again after the flush, so that the process dies of it;
 * the same signal once more ends it at once.
 *
 * Our listener comes first: one that the app added with `once` is still there when it counts. An
 * app that removes its own listener and raises the signal again (Nest's shutdown hooks do) lets the
 * flush end, too: only a further signal does not.
 */
function flushOnSignal(
  ending: EndingProcess,
  listeners: KeptListeners,
  signal: NodeJS.Signals,
  { flush }: Flushable,
): () => void {
  let flushing: Promise<unknown> | undefined;
  let dying = false;
  let justCame = false;
  const die = (): void => {
    stop();
    ending.kill(ending.pid, signal);
  };
  const flushed = (): Promise<unknown> => {
    flushing ??= flush().finally(() => {
      flushing = undefined;
    });
    return flushing;
  };
  const onSignal = (): void => {
    // An app that saves listeners and adds them again may have added ours twice.
    if (justCame) return;
    justCame = true;
    setImmediate(() => {
      justCame = false;
    }).unref();
    // The kernel drops a signal to process 1 that has no handler: it would have lived on, and lives
    // on.
    if (ending.pid === 1 || hasOwner(ending, signal, onSignal)) void flushed();
    else if (dying) die();
    else {
      dying = true;
      void flushed().finally(die);
    }
  };
  const stop = listeners.add(signal, onSignal, { first: true });
  return stop;
}

/** Returns whether a listener other than ours decides how the process ends. */
function hasOwner(ending: EndingProcess, signal: NodeJS.Signals, ours: Listener): boolean {
  const others = ending.listeners(signal).filter((listener) => listener !== ours).length;
  return others > signalExitCount(ending);
}

/**
 * Returns how many listeners of the package `signal-exit`, versions 3 and 4, each signal has. They
 * run exit callbacks and raise the signal again, but only if no other listener is there; so does
 * ours. Neither must wait for the other.
 */
function signalExitCount(ending: EndingProcess): number {
  const version3 = (ending as { __signal_exit_emitter__?: unknown }).__signal_exit_emitter__;
  const version4 = (globalThis as Record<symbol, unknown>)[Symbol.for("signal-exit emitter")];
  return countOf(version3) + countOf(version4);
}

function countOf(emitter: unknown): number {
  const { count } = (emitter ?? {}) as { count?: unknown };
  return typeof count === "number" ? count : 0;
}

/**
 * Resolves with `work`, or after `milliseconds`, whichever is first, and returns whether `work`
 * was. Never rejects. The process lives until then: timers and sockets of exports do not keep it
 * alive.
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
