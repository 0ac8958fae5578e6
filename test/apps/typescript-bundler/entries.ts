// Every documented import, as users write it.
import { adapterTracing } from "@meshtrace/core/adapter";
import { consume, injectMessage, produce } from "@meshtrace/core/messages";
import { SharedSpanIdGenerator, shareSpans } from "@meshtrace/core/sdk";
import {
  tracedFetch,
  traceHandler,
  traceServer,
  traceStream,
  traceUpgrade,
  tracingErrors,
  tracingMiddleware,
} from "@meshtrace/http-middleware";
import { fastifyTracing } from "@meshtrace/http-middleware/fastify";
import { tracingClientInterceptor, tracingServerInterceptor } from "@meshtrace/http-middleware/grpc";
import { hapiTracing } from "@meshtrace/http-middleware/hapi";
import { honoTracing } from "@meshtrace/http-middleware/hono";
import { instrumentHttp, tracedHttp, tracedHttps } from "@meshtrace/http-middleware/http";
import { koaTracing } from "@meshtrace/http-middleware/koa";
import { TracingInterceptor } from "@meshtrace/http-middleware/nest";
import { undiciTracing } from "@meshtrace/http-middleware/undici";
import { traceWebHandler } from "@meshtrace/http-middleware/web";

export const uses = [
  adapterTracing,
  consume,
  injectMessage(new Map<string, string>(), { system: "kafka" }).size,
  produce,
  SharedSpanIdGenerator,
  shareSpans,
  tracedFetch.from(fetch, { propagateTo: "mesh" }),
  traceHandler,
  traceServer,
  traceStream,
  traceUpgrade,
  tracingErrors(),
  tracingMiddleware({ ignore: () => false }),
  fastifyTracing,
  tracingClientInterceptor,
  tracingServerInterceptor,
  hapiTracing,
  honoTracing({ ignore: () => false }),
  instrumentHttp,
  tracedHttp,
  tracedHttps,
  koaTracing({ ignore: () => false }),
  new TracingInterceptor(),
  undiciTracing(),
  traceWebHandler,
];
