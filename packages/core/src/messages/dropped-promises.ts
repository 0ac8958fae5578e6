/**
 * Promises that the app never reacts to, as those that amqplib's callbacks return. A reaction of
 * ours would handle their rejections, so their state is looked at from time to time.
 */
import { nodeModules } from "../node-modules.js";
import type { Watcher } from "../runtime/watched-promise.js";

interface Dropped {
  readonly promise: WeakRef<Promise<unknown>>;
  readonly work: Watcher;
  readonly since: number;
}

// Taken at load: tests of the app may replace them.
const { setImmediate, setTimeout } = globalThis;
const { now } = performance;
const clock = (): number => now.call(performance);

/** A look comes after a tenth of the time that the youngest promise has taken, in milliseconds. */
const MIN_WAIT_MS = 5;
const MAX_WAIT_MS = 1000;

let returned: Dropped[] = [];
let dropped: Dropped[] = [];
let timer: NodeJS.Timeout | undefined;

/** Calls `work` when `promise` is settled, unless the app reacts to it in this turn of the loop. */
export function watchDropped(promise: Promise<unknown>, work: Watcher): void {
  if (returned.length === 0) setImmediate(sortReturned);
  returned.push({ promise: new WeakRef(promise), work, since: clock() });
}

/** Most apps await the result at once. */
function sortReturned(): void {
  for (const one of returned) if (isDropped(one)) dropped.push(one);
  returned = [];
  look();
}

function look(): void {
  timer = undefined;
  dropped = dropped.filter(isPending);
  if (dropped.length === 0) return;
  const youngest = clock() - (dropped.at(-1) as Dropped).since;
  timer = setTimeout(look, Math.min(Math.max(youngest / 10, MIN_WAIT_MS), MAX_WAIT_MS));
  timer.unref();
}

/** Whether the promise still has the mark that an app's reaction removes. */
function isDropped({ promise, work }: Dropped): boolean {
  const target = promise.deref();
  return work.open && (target === undefined || !Object.isExtensible(target) || Object.hasOwn(target, "constructor"));
}

function isPending(one: Dropped): boolean {
  if (!isDropped(one)) return false;
  const { work } = one;
  const target = one.promise.deref();
  const state = target === undefined ? "collected" : stateOf(target);
  if (state === "pending") return true;
  if (state === "rejected") work.rejected("the promise of the handler was rejected");
  else work.fulfilled();
  return false;
}

const STATE = /^[^{]*\{\s*<(pending|rejected)>/;
const SHORT = { depth: 0, customInspect: false, showProxy: true, maxArrayLength: 0, maxStringLength: 0 } as const;

/** `util.inspect` is the one way to read the state of a promise and leave it as it is. */
function stateOf(promise: Promise<unknown>): string {
  return STATE.exec(nodeModules.util.inspect(promise, SHORT))?.[1] ?? "fulfilled";
}
