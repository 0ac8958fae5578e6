import { clearTimeout, setTimeout } from "../clock.js";

/** Resolves after `milliseconds`, or when `signal` aborts. */
export function pause(milliseconds: number, signal: AbortSignal, keepsProcess: boolean): Promise<void> {
  return new Promise((resolve) => {
    const finish = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", finish);
      resolve();
    };
    const timer = setTimeout(finish, milliseconds);
    if (!keepsProcess) timer.unref();
    if (signal.aborted) finish();
    else signal.addEventListener("abort", finish);
  });
}
