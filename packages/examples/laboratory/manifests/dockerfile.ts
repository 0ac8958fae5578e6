/**
 * A Dockerfile's steps on this machine, without images: each stage is a folder, each RUN a shell in
 * it.
 */
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { type Copy, DockerfileParser, type Env, type From, type Instruction } from "dockerfile-ast";

const run = promisify(execFile);

export interface Stage {
  readonly name: string;
  /** Its filesystem, as far as the steps made it. */
  readonly root: string;
  readonly workingDirectory: string;
  readonly environment: Readonly<Record<string, string>>;
}

export interface BuildOptions {
  /** The build context, without what `.dockerignore` leaves out. */
  readonly context: string;
  /** An empty folder for the stages. */
  readonly folder: string;
  /** Variables that ENV must not set here, because they name places of the image. */
  readonly withoutVariables: readonly string[];
}

/**
 * Runs the steps of every stage. Rejects with the output of a step that fails. Returns the last
 * stage.
 */
export async function build(dockerfile: string, options: BuildOptions): Promise<Stage> {
  const stages = new Map<string, Stage>();
  let stage: Stage | undefined;
  for (const instruction of DockerfileParser.parse(dockerfile).getInstructions()) {
    if (instruction.getKeyword() === "FROM") stage = from(instruction as From, stages, options.folder);
    else if (stage !== undefined) stage = await step(instruction, stage, stages, options);
    if (stage !== undefined) stages.set(stage.name, stage);
  }
  if (stage === undefined) throw new Error("a Dockerfile without FROM");
  return stage;
}

/** The argument of an exec-form instruction, `undefined` where it is a shell's. */
export function execForm(dockerfile: string, keyword: string): string[] | undefined {
  const found = DockerfileParser.parse(dockerfile)
    .getInstructions()
    .findLast((one) => one.getKeyword() === keyword);
  const text = found?.getRawArgumentsContent() ?? "";
  return text.startsWith("[") ? JSON.parse(text) : undefined;
}

function from(instruction: From, stages: ReadonlyMap<string, Stage>, folder: string): Stage {
  const name = instruction.getBuildStage() ?? "final";
  const root = join(folder, name);
  mkdirSync(root);
  const base = stages.get(instruction.getImage() ?? "");
  if (base === undefined) return { name, root, workingDirectory: "/", environment: {} };
  cpSync(base.root, root, { recursive: true, verbatimSymlinks: true });
  return { ...base, name, root };
}

async function step(
  instruction: Instruction,
  stage: Stage,
  stages: ReadonlyMap<string, Stage>,
  options: BuildOptions,
): Promise<Stage> {
  const text = instruction.getRawArgumentsContent() ?? "";
  switch (instruction.getKeyword()) {
    case "WORKDIR":
      mkdirSync(join(stage.root, text), { recursive: true });
      return { ...stage, workingDirectory: text };
    case "ENV": {
      const set = (instruction as Env).getProperties().map((one) => [one.getName(), one.getValue() ?? ""] as const);
      const here = set.filter(([name]) => !options.withoutVariables.includes(name));
      return { ...stage, environment: { ...stage.environment, ...Object.fromEntries(here) } };
    }
    case "COPY":
      copy(instruction as Copy, stage, stages, options);
      return stage;
    case "RUN": {
      const cwd = join(stage.root, stage.workingDirectory);
      const env = { ...process.env, ...stage.environment };
      await run("sh", ["-ec", text], { cwd, env, maxBuffer: 16 * 1024 * 1024 });
      return stage;
    }
    default:
      return stage;
  }
}

function copy(instruction: Copy, stage: Stage, stages: ReadonlyMap<string, Stage>, { context }: BuildOptions): void {
  const other = instruction
    .getFlags()
    .find((flag) => flag.getName() === "from")
    ?.getValue();
  const source = other === undefined || other === null ? context : (stages.get(other)?.root ?? "");
  const paths = instruction.getArguments().map((argument) => argument.getValue());
  const target = join(stage.root, stage.workingDirectory, paths.pop() ?? ".");
  for (const path of paths) {
    const found = join(source, path);
    const to = statSync(found).isDirectory() ? target : join(target, basename(path));
    cpSync(found, to, { recursive: true, verbatimSymlinks: true });
  }
}
