/** Runs `work`, and keeps the process alive until it is done: nothing else that waits for an export does. */
export async function holdingProcess(work: () => Promise<void>): Promise<void> {
  const hold = setInterval(() => {}, 60_000);
  try {
    await work();
  } finally {
    clearInterval(hold);
  }
}
