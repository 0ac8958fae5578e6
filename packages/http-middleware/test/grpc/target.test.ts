import { expect, test } from "vitest";
import { parsePath } from "../../src/grpc/path.js";
import { parseTarget } from "../../src/grpc/target.js";

test.each([
  ["reviews:9080", ["reviews"], "reviews:9080"],
  ["dns:reviews:9080", ["reviews"], "reviews:9080"],
  ["dns:///Reviews.default.svc:9080", ["reviews.default.svc"], "reviews.default.svc:9080"],
  ["dns://8.8.8.8/reviews:9080", ["reviews"], "reviews:9080"],
  ["dns:reviews", ["reviews"], "reviews"],
  ["ipv4:10.0.0.1:80,203.0.113.7:80", ["10.0.0.1", "203.0.113.7"], "10.0.0.1:80"],
  ["ipv6:[::1]:80", ["[::1]"], "[::1]:80"],
  ["ipv6:::1", ["[::1]"], "::1"],
  ["unix:/run/reviews.sock", ["localhost"], "/run/reviews.sock"],
  ["unix:///run/reviews.sock", ["localhost"], "/run/reviews.sock"],
  ["xds:///reviews.default.svc:80", ["reviews.default.svc"], "reviews.default.svc:80"],
  ["", [""], ""],
])("target %s", (target, hosts, address) => {
  expect(parseTarget(target)).toEqual({ hosts, address });
});

test.each([
  ["/shop.Reviews/Get", "shop.Reviews", "Get"],
  ["/a/b/Get", "a/b", "Get"],
  ["Get", "", "Get"],
  ["/Get", "", "Get"],
  ["", "", ""],
])("path %s", (path, service, method) => {
  expect(parsePath(path)).toEqual({ service, method });
});
