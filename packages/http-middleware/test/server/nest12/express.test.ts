import "reflect-metadata";
import * as common from "@nestjs/common";
import * as core from "@nestjs/core";
import { ExpressAdapter } from "@nestjs/platform-express";
import { describeServer } from "../contract.js";
import { type Nest, namesHandlers, nestApp } from "../nest-app.js";
import type { Running, Service } from "../service.js";

const nest = {
  common,
  core,
  platform: () => new ExpressAdapter(),
  onFastify: false,
  rest: "raw/*rest",
} as unknown as Nest;
const start = (service: Service): Promise<Running> => nestApp(nest, service);
describeServer({ name: "Nest 12 on Express", start });
namesHandlers(start);
