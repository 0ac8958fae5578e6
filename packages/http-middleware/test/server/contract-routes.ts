/** Names of spans, and what becomes of errors in the framework's own hands. */
import { SpanStatusCode } from "@opentelemetry/api";
import { expect } from "vitest";
import { ask } from "./asking.js";
import type { Contract } from "./contract.js";
import { INCOMING, spans } from "./service.js";

export function routeTests({ running, can, parameter, where }: Contract): void {
  where("routes")("a route's template is the span's name", async () => {
    expect((await ask(running(), "/users/42?x=1", { headers: INCOMING })).text).toBe("this is 42");
    const [span] = await spans(1);
    expect(span?.name).toBe(`GET /users/${parameter("id")}`);
    expect(span?.attributes).toMatchObject({ "http.route": `/users/${parameter("id")}`, "url.path": "/users/42" });
  });

  where("mounts")("a mounted route is named with its prefix", async () => {
    expect((await ask(running(), "/api/things/7")).text).toBe("this is 7");
    expect((await spans(1))[0]?.name).toBe(`GET /api/things/${parameter("thing")}`);
  });

  where("404")("an unknown path is a 404 without a route", async () => {
    const { status } = await ask(running(), "/nowhere/1234", { headers: INCOMING });
    expect(status).toBe(404);
    const [span] = await spans(1);
    expect(span?.name).toBe("GET");
    expect(span?.attributes["http.route"]).toBeUndefined();
    expect(span?.status.code).toBe(SpanStatusCode.UNSET);
  });

  for (const [path, message, ability] of [
    ["/throws", "thrown on purpose", "catches"],
    ["/rejects", "rejected on purpose", "catches rejections"],
  ] as const) {
    where(ability)(`${path}: the framework answers 500, and the span is an error`, async () => {
      expect((await ask(running(), path, { headers: INCOMING })).status).toBe(500);
      const [span] = await spans(1);
      expect(span?.status.code).toBe(SpanStatusCode.ERROR);
      expect(span?.attributes["http.response.status_code"]).toBe(500);
      if (can("routes")) expect(span?.name).toBe(`GET ${path}`);
      if (!can("errors")) return;
      expect(span?.status.message).toBe(message);
      expect(span?.attributes["error.type"]).toBe("Error");
      expect(span?.events.map((event) => event.name)).toEqual(["exception"]);
    });
  }
}
