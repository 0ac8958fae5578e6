/**
 * What Zipkin's page makes of spans with one ID.
 */
import { expect, test } from "vitest";
import { drawnByZipkin, type ZipkinSpan } from "../backends/zipkin-tree.js";

const POD = { serviceName: "hello.hello", ipv4: "10.0.0.1" };
const GATEWAY = { serviceName: "gateway.hello", ipv4: "10.0.0.2" };
const span = (id: string, kind: string, more: Partial<ZipkinSpan>): ZipkinSpan => ({ traceId: "1", id, kind, ...more });
const proxy = { tags: { component: "proxy" } };

/** `reporter kind < reporter kind of its parent`, for each. */
function drawn(...spans: readonly ZipkinSpan[]): string[] {
  const places = drawnByZipkin(spans);
  const name = (id: string | undefined): string => {
    const found = places.find((place) => place.id === id);
    return found === undefined ? (id ?? "-") : `${found.reporter} ${found.kind}`;
  };
  return places.map(({ id, parentId, warnings }) => [`${name(id)} < ${name(parentId)}`, ...warnings].join("; "));
}

const sidecar = span("s", "SERVER", { parentId: "u", localEndpoint: POD, ...proxy });
const joined = span("s", "SERVER", { parentId: "u", localEndpoint: POD, shared: true });
const call = span("c", "CLIENT", { parentId: "s", localEndpoint: POD });
const client = span("u", "CLIENT", { localEndpoint: GATEWAY, ...proxy });

test("a shared span hangs under the other half, and its own process's spans under it, in any order", () => {
  const expected = [
    "proxy client < -",
    "proxy server < proxy client",
    "app server < proxy server",
    "app client < app server",
  ];
  expect(drawn(client, sidecar, joined, call)).toEqual(expected);
  expect(drawn(call, joined, sidecar, client).reverse()).toEqual(expected);
});

test("without the mark one of two halves in one pod is lost", () => {
  expect(drawn(client, sidecar, { ...joined, shared: false })).toEqual([
    "proxy client < -",
    "proxy+app server < proxy client",
  ]);
});

test("a port on one half alone hangs the calls of the process beside it", () => {
  const withPort = { ...joined, localEndpoint: { ...POD, port: 8080 } };
  expect(drawn(client, sidecar, withPort, call).at(-1)).toBe("app client < proxy server");
});

test("two shared halves of one pod are one place; those of two services are two", () => {
  const shared = { ...sidecar, id: "u", shared: true };
  const app = { ...joined, id: "u" };
  expect(drawn(client, shared, app)).toEqual(["proxy client < -", "proxy+app server < proxy client"]);
  expect(drawn(client, shared, { ...app, localEndpoint: { serviceName: "other" } })).toHaveLength(3);
});

test("a forgotten mark is made up for where a client of another service has the ID", () => {
  expect(drawn(client, span("u", "SERVER", { localEndpoint: POD }))).toEqual([
    "proxy client < -",
    "app server < proxy client",
  ]);
});

test("a lonely root is no half of anything, and a parent that never came is reported", () => {
  expect(drawn(span("r", "SERVER", { shared: true, localEndpoint: POD }))).toEqual(["app server < -"]);
  expect(drawn(call)).toEqual(["app client < s; parent s is missing"]);
});
