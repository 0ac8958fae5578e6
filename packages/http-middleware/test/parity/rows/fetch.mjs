/** Outgoing calls with fetch: answers, bodies, redirects. */
import { Readable } from "node:stream";
import { logResponse, target } from "../fetch-target.mjs";

const fetching = (path, init) => async (row) => {
  const origin = await target(row);
  await logResponse(row, origin, () =>
    row.kit.fetch(`${origin}${path}`, typeof init === "function" ? init(origin) : init),
  );
};

export const rows = {
  GET: fetching("/a?b=c#d"),
  "POST of text, bytes, a form and a blob": async (row) => {
    const origin = await target(row);
    const form = () => new URLSearchParams({ a: "1" });
    for (const body of ["text", new TextEncoder().encode("bytes"), form(), new Blob(["blob"], { type: "own/type" })]) {
      await logResponse(row, origin, () => row.kit.fetch(origin, { method: "post", body }));
    }
  },
  "a streamed body": fetching("/", () => ({
    method: "POST",
    body: Readable.toWeb(Readable.from(["a", "b"])),
    duplex: "half",
  })),
  "a Request, and a Request with init": async (row) => {
    const origin = await target(row);
    const request = new Request(`${origin}/r`, { method: "POST", body: "own", headers: { "x-a": "1" } });
    await logResponse(row, origin, () => row.kit.fetch(request));
    row.log("client", request.bodyUsed);
    await logResponse(row, origin, () => row.kit.fetch(new Request(`${origin}/r`), { method: "PUT", body: "x" }));
    await logResponse(row, origin, () => row.kit.fetch(request));
  },
  "a URL object, and headers in each form": async (row) => {
    const origin = await target(row);
    for (const headers of [
      { "X-A": "1" },
      [
        ["x-a", "1"],
        ["x-a", "2"],
      ],
      new Headers({ "x-a": "1" }),
      undefined,
    ]) {
      const init = { headers };
      await logResponse(row, origin, () => row.kit.fetch(new URL(`${origin}/u`), init));
      row.log("client", Object.keys(init));
    }
  },
  "HEAD, 204, 304, 404 and 500": async (row) => {
    const origin = await target(row);
    await logResponse(row, origin, () => row.kit.fetch(origin, { method: "HEAD" }));
    for (const status of [204, 304, 404, 500])
      await logResponse(row, origin, () => row.kit.fetch(`${origin}/?status=${status}`));
  },
  "redirects that are followed": async (row) => {
    const origin = await target(row);
    for (const status of [301, 302, 303, 307, 308]) {
      await logResponse(row, origin, () =>
        row.kit.fetch(`${origin}/?status=${status}&to=/next`, {
          method: "POST",
          body: "x",
          headers: { authorization: "own" },
        }),
      );
    }
  },
  "redirects in other modes": async (row) => {
    const origin = await target(row);
    for (const redirect of ["manual", "error"]) {
      await logResponse(row, origin, () => row.kit.fetch(`${origin}/?status=302&to=/next`, { redirect }));
    }
    await logResponse(row, origin, () => row.kit.fetch(`${origin}/?status=302`));
    await logResponse(row, origin, () => row.kit.fetch(`${origin}/?status=302&to=ftp://h/`));
    await logResponse(row, origin, () => row.kit.fetch(`${origin}/?status=302&to=http://`));
  },
  "a redirect to another origin": async (row) => {
    const [origin, other] = [await target(row), await target(row)];
    await logResponse(row, other, () =>
      row.kit.fetch(`${origin}/?status=302&to=${other}/x`, {
        headers: { authorization: "own", cookie: "a=b", "x-a": "1" },
      }),
    );
  },
  "a body that is read in pieces, cloned, teed and cancelled": async (row) => {
    const origin = await target(row);
    const reader = (await row.kit.fetch(origin)).body.getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read())
      row.log("client", part.value.length > 0);
    const cloned = await row.kit.fetch(origin);
    const copy = cloned.clone();
    row.log("client", (await copy.text()) === (await cloned.text()), copy.url === cloned.url, copy.redirected);
    const [left, right] = (await row.kit.fetch(origin)).body.tee();
    row.log("client", (await new Response(left).text()).length === (await new Response(right).text()).length);
    const cancelled = await row.kit.fetch(origin);
    row.log("client", await cancelled.body.cancel("own"), cancelled.bodyUsed);
    for await (const chunk of (await row.kit.fetch(origin)).body) row.log("client", chunk.constructor.name);
  },
};
