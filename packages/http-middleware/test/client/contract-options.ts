/** What the options do, and what is never recorded. */
import { expect, test } from "vitest";
import type { Contract } from "./contract.js";
import { INCOMING, inRequest, recording, spans } from "./target.js";

export function optionTests({ call, make, where }: Contract): void {
  where("options per client")("hooks see the call; one that throws harms nothing", async () => {
    const [url] = await recording();
    const client = make({
      spanName: ({ method, url: { pathname } }) => `${method} to ${pathname}`,
      onRequest: (span, { url: { pathname } }) => void span.setAttribute("path", pathname),
      onResponse: (span, request, response) => {
        span.setAttribute("answered", `${request.method} ${response.status} ${response.header("content-length")}`);
        throw new Error("a hook's own");
      },
    });
    expect(await (await client(`${url}/here`)).text()).toBe("there");
    const [span] = await spans(1);
    expect(span?.name).toBe("GET to /here");
    expect(span?.attributes).toMatchObject({ path: "/here", answered: "GET 200 5" });
  });

  where("options per client")("headers and queries are recorded when asked for, credentials never", async () => {
    const [url] = await recording();
    const captureHeaders = { request: ["X-Tenant"], response: ["content-length", "x-absent"] };
    const client = make({ captureHeaders, captureQuery: true });
    await (await client(`${url}/path?page=2&sig=secret`, { headers: { "x-tenant": "t1" } })).text();
    const [span] = await spans(1);
    expect(span?.attributes).toMatchObject({
      "url.full": `${url}/path?page=2&sig=REDACTED`,
      "http.request.header.x-tenant": ["t1"],
      "http.response.header.content-length": ["5"],
    });
    const refused = async (): Promise<unknown> => make({ captureHeaders: { request: ["Authorization"] } })(url);
    await expect(refused()).rejects.toThrow(/credentials/);
  });

  where("options per client")("an ignored call is not recorded, and carries the caller's span", async () => {
    const [url, received] = await recording();
    const client = make({ ignore: ({ url: { pathname } }) => pathname === "/quiet" });
    await inRequest(async () => (await client(`${url}/quiet`)).text());
    expect(received[0]?.["x-b3-spanid"]).toBe(INCOMING["x-b3-spanid"]);
    await spans(0);
  });

  test("the query is not recorded", async () => {
    const [url] = await recording();
    await (await call(`${url}/path?token=secret`)).text();
    const [span] = await spans(1);
    expect(span?.attributes["url.full"]).toBe(`${url}/path?REDACTED`);
    expect(JSON.stringify(span?.attributes)).not.toContain("secret");
  });
}
