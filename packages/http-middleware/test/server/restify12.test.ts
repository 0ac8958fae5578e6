import { test } from "vitest";
import { describeRestify } from "./restify-app.js";

if (Number(process.versions.node.split(".")[0]) < 22) {
  test.skip("restify 12: it supports Node 22 and later only", () => {});
} else {
  describeRestify("restify 12", () => import("restify12"));
}
