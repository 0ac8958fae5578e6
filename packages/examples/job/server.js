import { execFile } from "node:child_process";
import { createServer } from "node:http";
import { promisify } from "node:util";
import { forwardHeaders, initTracing } from "@meshtrace/core";
import { traceHandler } from "@meshtrace/http-middleware";
import { context } from "@opentelemetry/api";

const { tracer } = initTracing();
const run = promisify(execFile);

/** The context as variables, as a Job of Kubernetes would get it in `env`. */
function contextVariables() {
  const headers = Object.entries(forwardHeaders(context.active()));
  return Object.fromEntries(headers.map(([name, value]) => [name.toUpperCase().replaceAll("-", "_"), value]));
}

// The job is a child of this span: backends give the span of the request an ID of their own.
const startJob = () =>
  tracer.startActiveSpan("start a job", async (span) => {
    const { stdout } = await run(process.execPath, ["job.js"], { env: { ...process.env, ...contextVariables() } });
    span.end();
    return stdout;
  });

const handler = async (_request, response) => void response.end(await startJob());
createServer(traceHandler(handler)).listen(Number(process.env.PORT));
