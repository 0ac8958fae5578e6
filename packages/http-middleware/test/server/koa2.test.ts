import Router from "@koa/router";
import Koa from "koa2";
import { describeServer } from "./contract.js";
import { koaApp } from "./koa-app.js";
import { listen } from "./service.js";

describeServer({ name: "Koa 2", start: async (service) => listen(koaApp(Koa, Router, service)) });
