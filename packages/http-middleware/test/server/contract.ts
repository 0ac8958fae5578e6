/**
 * What every server adapter does: one list of tests. An adapter's own file starts its framework,
 * and says as data what that framework cannot do.
 */
import { afterAll, beforeAll, beforeEach, describe, type TestFunction, test } from "vitest";
import { turns } from "../../../core/test/kit/turns.js";
import type { ServerOptions } from "../../src/server/options.js";
import { contextTests } from "./contract-context.js";
import { endTests } from "./contract-ends.js";
import { extractionTests } from "./contract-extraction.js";
import { forwardingTests } from "./contract-forwarding.js";
import { optionTests } from "./contract-options.js";
import { restartTests } from "./contract-restart.js";
import { routeTests } from "./contract-routes.js";
import { samplingTests } from "./contract-sampling.js";
import { type Handler, initialize, type Running, type Service, settled } from "./service.js";

/** What not every framework can do. */
export type Ability =
  /** It has routes, and tells which one answered. */
  | "routes"
  /** It mounts routers below a prefix. */
  | "mounts"
  /** It survives what a handler throws, and answers 500. */
  | "catches"
  /** It survives what an async handler rejects with, and answers 500. */
  | "catches rejections"
  /** It hands an error to the adapter before it answers. */
  | "errors"
  /** It answers 404 by itself. */
  | "404"
  /** Hooks are given Node's request and response. */
  | "node hooks"
  /** HTTP/1.1 on the wire, so that bytes can be sent as they are. */
  | "HTTP/1.1"
  /** It leaves the status of a response alone that broke off. */
  | "status of a broken response";

export interface ServerAdapter {
  readonly name: string;
  readonly start: (service: Service) => Promise<Running>;
  /** How a parameter of a route is written; default `:name`. */
  readonly parameter?: (name: string) => string;
  /** What it cannot do, with the reason. */
  readonly cannot?: Partial<Record<Ability, string>>;
}

/** What a part of the contract is given. */
export interface Contract {
  /** Serves `raw`, or what `set` was called with last. */
  readonly running: () => Running;
  readonly set: (raw: Handler) => void;
  /** Another server of the framework, with options of its own; stopped in the end. */
  readonly withOptions: (options: ServerOptions, raw?: Handler) => Promise<Running>;
  readonly can: (ability: Ability) => boolean;
  /**
   * `test` for a framework that can do this. For another one the test is skipped, and its name ends
   * with the reason.
   */
  readonly where: (ability: Ability) => (name: string, work: TestFunction) => void;
  readonly parameter: (name: string) => string;
}

export function describeServer({ name, start, parameter = (one) => `:${one}`, cannot = {} }: ServerAdapter): void {
  let running: Running | undefined;
  let raw: Handler = () => {};
  const started: Running[] = [];
  const serve = async (options: ServerOptions, handler: Handler): Promise<Running> => {
    const one = await start({
      options,
      raw: handler,
      text: (parameter) => `this is ${parameter}`,
      throws() {
        throw new Error("thrown on purpose");
      },
      async rejects() {
        await turns(2);
        throw new Error("rejected on purpose");
      },
    });
    started.push(one);
    return one;
  };
  const contract: Contract = {
    running: () => running as Running,
    set(handler) {
      raw = handler;
    },
    withOptions: (options, handler = (_request, response) => response.end("ok")) => serve(options, handler),
    can: (ability) => cannot[ability] === undefined,
    where: (ability) => {
      const reason = cannot[ability];
      return reason === undefined ? test : (name, work) => test.skip(`${name} (${reason})`, work);
    },
    parameter,
  };

  describe(name, () => {
    beforeAll(async () => {
      running = await serve({}, (request, response) => raw(request, response));
    });
    afterAll(() => Promise.all(started.map((one) => one.close())));
    describe("without initTracing()", () => forwardingTests(contract));
    describe("with initTracing()", () => {
      beforeAll(() => void initialize());
      beforeEach(async () => {
        await settled();
      });
      extractionTests(contract);
      contextTests(contract);
      endTests(contract);
      restartTests(contract);
      routeTests(contract);
      samplingTests(contract);
      optionTests(contract);
    });
  });
}
