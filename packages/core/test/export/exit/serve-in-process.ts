/** An HTTP server in a process of its own, for code that blocks this one. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

const STATUS = { answers: 202, refuses: 503, silent: 0 };

const SERVER = `
const status = Number(process.argv[1]);
const server = require("node:http").createServer((request, response) => {
  let body = "";
  request.on("data", (chunk) => { body += chunk; });
  request.on("end", () => {
    console.log(JSON.stringify({ body }));
    if (status > 0) response.writeHead(status).end();
  });
});
server.listen(0, "127.0.0.1", () => console.log(JSON.stringify({ port: server.address().port })));
`;

/** Starts it; `received(count)` resolves with that many bodies. */
export async function serveInProcess(kind: keyof typeof STATUS) {
  const child = spawn(process.execPath, ["-e", SERVER, String(STATUS[kind])], { stdio: ["ignore", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout });
  const bodies: string[] = [];
  const [first] = (await once(lines, "line")) as [string];
  lines.on("line", (line) => bodies.push(JSON.parse(line).body));
  return {
    url: `http://127.0.0.1:${JSON.parse(first).port}/api/v2/spans`,
    async received(count: number): Promise<string[]> {
      while (bodies.length < count) await once(lines, "line");
      return bodies;
    },
    stop: () => void child.kill(),
  };
}
