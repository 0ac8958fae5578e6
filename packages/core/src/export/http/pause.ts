/** Resolves after so many milliseconds, or when the signal is given. */
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
