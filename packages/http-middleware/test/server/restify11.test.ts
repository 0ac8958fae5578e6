import { test } from "vitest";
import { describeRestify } from "./restify-app.js";

if (Number(process.versions.node.split(".")[0]) >= 24) {
  test.skip("restify 11: it reads the `http_parser` binding, which Node 24 removed", () => {});
} else {
  describeRestify("restify 11", () => import("restify"));
}
