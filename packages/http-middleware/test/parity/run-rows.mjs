/**
 * Runs rows that do not end the process, one after the other, and prints their logs as JSON.
 * Arguments: names of files in `rows/`, default all. `PARITY_ROW` runs one row.
 */
import { readdirSync } from "node:fs";
import { kit } from "./kit.mjs";
import { describeError, turns } from "./tools.mjs";

const MAX_ROW_MS = 15_000;
const files = process.argv.length > 2 ? process.argv.slice(2) : readdirSync(new URL("rows/", import.meta.url)).sort();
const only = process.env.PARITY_ROW;

/**
 * What a row gets: the kit, a log with channels whose order among each other does not count, and an
 * undo list.
 */
class Row {
  kit = kit;
  channels = {};
  #after = [];

  log(channel, ...entry) {
    this.channels[channel] ??= [];
    this.channels[channel].push(entry.map(plain));
  }

  after(undo) {
    this.#after.push(undo);
  }

  async end() {
    for (const undo of this.#after.reverse()) await undo();
  }
}

function plain(value) {
  if (value instanceof Error) return describeError(value);
  if (typeof value === "symbol" || typeof value === "function") return String(value);
  return value === undefined ? "undefined" : value;
}

const logs = {};
for (const file of files) {
  const { rows } = await import(`./rows/${file}`);
  for (const [name, run] of Object.entries(rows)) {
    if (only !== undefined && only !== name) continue;
    const row = new Row();
    let timer;
    const timeout = new Promise((_resolve, reject) => {
      timer = setTimeout(reject, MAX_ROW_MS, new Error("the row did not end"));
    });
    try {
      await Promise.race([run(row), timeout]);
      await turns(3);
    } catch (error) {
      row.log("row", "failed", `${error.stack}`);
    }
    clearTimeout(timer);
    await Promise.race([row.end(), new Promise((resolve) => setTimeout(resolve, 2000).unref())]);
    logs[`${file.replace(".mjs", "")}: ${name}`] = row.channels;
  }
}
process.stdout.write(JSON.stringify(logs), () => process.exit());
