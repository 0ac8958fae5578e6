/**
 * The programs that this process started: none outlives it, however it ends.
 */
import { type ChildProcess, spawn } from "node:child_process";
import type { Socket } from "node:net";
import { MeshFailure } from "./failure.js";

const children = new Set<ChildProcess>();
let ending = false;
let guard: Socket | undefined;

/**
 * Reads `+ PID` and `- PID`; when this process is gone, be it by SIGKILL, there is no more to read,
 * and what still runs is killed: as a group where it leads one.
 */
const GUARD = `
alive=" "
while read -r change pid; do
  case $change in
    +) alive="$alive$pid " ;;
    -) alive="\${alive%% $pid *} \${alive#* $pid }" ;;
  esac
done
for pid in $alive; do kill -KILL -- "-$pid" 2>/dev/null || kill -KILL "$pid"; done
`;

/** Notes a child that was just started; it is killed at once where everything is ending. */
export function adopt(child: ChildProcess): void {
  const { pid } = child;
  if (pid === undefined) return;
  guard ??= startGuard();
  guard.write(`+ ${pid}\n`);
  children.add(child);
  child.once("exit", () => {
    children.delete(child);
    guard?.write(`- ${pid}\n`);
  });
  if (ending) kill(child);
}

/** Kills every child, and every one that is started from now on. */
export function endChildren(): void {
  ending = true;
  for (const child of children) kill(child);
}

/** Throws where everything is ending, so that nothing more is begun. */
export function goOn(): void {
  if (ending) throw new MeshFailure("interrupted");
}

/** In a group of its own, so that a Ctrl-C is not for it; it delays no exit. */
function startGuard(): Socket {
  const child = spawn("/bin/sh", ["-c", GUARD], { stdio: ["pipe", "ignore", "ignore"], detached: true });
  const input = child.stdin as Socket;
  for (const emitter of [child, input]) emitter.on("error", () => {});
  child.unref();
  input.unref();
  return input;
}

/** The child and, where it leads a group of its own, whatever it started. */
function kill(child: ChildProcess): void {
  try {
    process.kill(-(child.pid as number), "SIGKILL");
  } catch {
    child.kill("SIGKILL");
  }
}
