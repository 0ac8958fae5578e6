import type { INestApplication, Type } from "@nestjs/common";
import { expect, test } from "vitest";
import { tracingMiddleware } from "../../src/index.js";
import { fastifyTracing } from "../../src/server/adapters/fastify.js";
import { TracingInterceptor } from "../../src/server/adapters/nest.js";
import { ask } from "./asking.js";
import { initialize, type Running, type Service, settled, spans } from "./service.js";

/** What a major of Nest exports, as far as the app needs it. */
export interface Nest {
  readonly common: typeof import("@nestjs/common");
  readonly core: typeof import("@nestjs/core");
  /** The HTTP adapter of a platform. */
  readonly platform: () => unknown;
  readonly onFastify: boolean;
  /** How a route says "all below". */
  readonly rest: string;
}

interface Raw {
  readonly raw?: never;
  readonly hijack?: () => void;
}

/**
 * The controllers of the contract. Decorators are called as functions: nothing here compiles their
 * syntax.
 */
function controllers({ common, rest }: Nest, service: Service): Type[] {
  const { Controller, Get, All, Param, Req, Res } = common;
  class RawController {
    raw(request: Raw, reply: Raw): void {
      reply.hijack?.();
      service.raw(request.raw ?? (request as never), reply.raw ?? (reply as never));
    }
  }
  class UsersController {
    find(id: string): string {
      return service.text(id);
    }
    throws(): never {
      return service.throws();
    }
    rejects(): Promise<never> {
      return service.rejects();
    }
  }
  class ThingsController {
    find(thing: string): string {
      return service.text(thing);
    }
  }
  const route = (target: Type, method: string, path: string, decorate = Get): void => {
    decorate(path)(target.prototype, method, Object.getOwnPropertyDescriptor(target.prototype, method) as never);
  };
  Controller()(RawController);
  Controller()(UsersController);
  Controller("api")(ThingsController);
  route(RawController, "raw", rest, All);
  Req()(RawController.prototype, "raw", 0);
  Res()(RawController.prototype, "raw", 1);
  route(UsersController, "find", "users/:id");
  route(UsersController, "throws", "throws");
  route(UsersController, "rejects", "rejects");
  Param("id")(UsersController.prototype, "find", 0);
  route(ThingsController, "find", "things/:thing");
  Param("thing")(ThingsController.prototype, "find", 0);
  return [RawController, UsersController, ThingsController];
}

/** The app of the contract on one platform of one major of Nest. */
export async function nestApp(nest: Nest, service: Service): Promise<Running> {
  class AppModule {}
  nest.common.Module({ controllers: controllers(nest, service) })(AppModule);
  const app: INestApplication = await nest.core.NestFactory.create(AppModule, nest.platform() as never, {
    logger: false,
    bodyParser: false,
    forceCloseConnections: true,
  });
  if (nest.onFastify) {
    const fastify = app.getHttpAdapter().getInstance();
    await fastify.register(fastifyTracing, service.options);
    fastify.addContentTypeParser("x/raw", (_request: unknown, _payload: unknown, done: (error: null) => void) =>
      done(null),
    );
  } else app.use(tracingMiddleware(service.options));
  app.useGlobalInterceptors(new TracingInterceptor() as never);
  await app.listen(0, "127.0.0.1");
  return { port: (app.getHttpServer().address() as { port: number }).port, close: () => app.close() };
}

/** What is so on every platform of Nest. */
export const namesHandlers = (start: (service: Service) => Promise<Running>): void => {
  test("the interceptor says which controller and handler answered", async () => {
    initialize();
    const running = await start({
      options: {},
      raw() {},
      text: (parameter) => parameter,
      throws() {
        throw new Error("unused");
      },
      rejects: () => Promise.reject(new Error("unused")),
    });
    await settled();
    await ask(running, "/users/7");
    expect((await spans(1))[0]?.attributes["code.function.name"]).toBe("UsersController.find");
    await running.close();
  });
};
