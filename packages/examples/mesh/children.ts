/**
 * The programs that this process started: none outlives it.
 */
import type { ChildProcess } from "node:child_process";
import { MeshFailure } from "./failure.js";

const children = new Set<ChildProcess>();
let ending = false;

process.once("exit", () => {
  for (const child of children) kill(child, "SIGKILL");
});

/** Notes a child that was just started; it is killed at once where everything is ending. */
export function adopt(child: ChildProcess): void {
  if (child.pid === undefined) return;
  children.add(child);
  child.once("close", () => children.delete(child));
  if (ending) kill(child, "SIGKILL");
}

/** Kills every child, and every one that is started from now on. */
export function endChildren(): void {
  ending = true;
  for (const child of children) kill(child, "SIGKILL");
}

/** Throws where everything is ending, so that nothing more is begun. */
export function goOn(): void {
  if (ending) throw new MeshFailure("interrupted");
}

/** The child and, where it leads a group of its own, whatever it started. */
function kill(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    process.kill(-(child.pid as number), signal);
  } catch {
    child.kill(signal);
  }
}
