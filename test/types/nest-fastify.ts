// Nest on Fastify.

import { fastifyTracing } from "@meshtrace/http-middleware/fastify";
import { TracingInterceptor } from "@meshtrace/http-middleware/nest";
import { NestFactory } from "@nestjs/core";
import { FastifyAdapter, type NestFastifyApplication } from "@nestjs/platform-fastify";

class AppModule {}
export async function start(): Promise<void> {
  const app = await NestFactory.create<NestFastifyApplication>(AppModule, new FastifyAdapter());
  await app.register(fastifyTracing);
  await app.register(fastifyTracing, { captureQuery: true });
  app.useGlobalInterceptors(new TracingInterceptor());
  await app.listen(0);
}
