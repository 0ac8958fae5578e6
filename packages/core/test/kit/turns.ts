/**
 * Resolves after turns of the event loop. What one end of a connection inside this process has sent
 * reaches the other end meanwhile, so a test can then expect that nothing more comes.
 */
export async function turns(count = 20): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
