/** A registry on this machine, to which the packages are published as to npm. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { npm } from "./install.js";
import { freePort } from "./running-app.js";
import { userEnvironment } from "./user-environment.js";

/** The last version for Node 20. */
const VERDACCIO = "verdaccio@6.8.0";

export interface Registry {
  readonly url: string;
  /** The environment of npm for a user who is logged in. */
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/**
 * Installs verdaccio in `folder` and starts it. Packages that it does not have come from npm's
 * registry.
 */
export async function startRegistry(folder: string): Promise<Registry> {
  mkdirSync(folder, { recursive: true });
  // One dependency asks for a tag of node-fetch, which mirrors of npm's registry may lack.
  writeFileSync(`${folder}/package.json`, JSON.stringify({ overrides: { "node-fetch": "2.7.0" } }));
  const upstream = (await npm(folder, ["config", "get", "registry"])).out.trim();
  await npm(folder, ["install", "--no-audit", "--no-fund", "--prefer-offline", VERDACCIO]);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/`;
  writeFileSync(`${folder}/config.yaml`, configuration(upstream));
  const program = `${folder}/node_modules/verdaccio/bin/verdaccio`;
  const child = spawn(process.execPath, [program, "--config", "config.yaml", "--listen", `127.0.0.1:${port}`], {
    cwd: folder,
    env: userEnvironment(),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const gone = once(child, "exit");
  await new Promise<void>((resolve, reject) => {
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk) => {
        output += chunk;
        if (output.includes("http address")) resolve();
      });
    }
    gone.then(() => reject(new Error(`${VERDACCIO} ended: ${output}`)), reject);
  });
  const token = await logIn(url);
  writeFileSync(`${folder}/npmrc`, `registry=${url}\n${url.slice("http:".length)}:_authToken=${token}\n`);
  return {
    url,
    environment: { npm_config_registry: url, npm_config_userconfig: `${folder}/npmrc` },
    async stop() {
      child.kill();
      await gone;
    },
  };
}

/** https://github.com/npm/registry/blob/main/docs/user/authentication.md */
async function logIn(url: string): Promise<string> {
  const user = { name: "publisher", password: "publisher-of-tests", type: "user", roles: [] };
  const answer = await fetch(`${url}-/user/org.couchdb.user:publisher`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ _id: "org.couchdb.user:publisher", ...user }),
  });
  const { token } = (await answer.json()) as { readonly token?: string };
  if (token === undefined) throw new Error(`${url}: no token (status ${answer.status})`);
  return token;
}

function configuration(upstream: string): string {
  return `
storage: ./storage
auth:
  htpasswd:
    file: ./htpasswd
uplinks:
  npm:
    url: ${upstream}
packages:
  "@meshtrace/*":
    access: $all
    publish: $authenticated
  "**":
    access: $all
    proxy: npm
log: { type: stdout, format: json, level: warn }
`;
}
