// Nest 10 to 12 on Express: the documented lines, and the interceptor as a provider.
import "reflect-metadata";
import { tracingMiddleware } from "@meshtrace/http-middleware";
import { TracingInterceptor } from "@meshtrace/http-middleware/nest";
import type {
  CallHandler,
  ExecutionContext,
  MiddlewareConsumer,
  NestInterceptor,
  NestModule,
  Provider,
} from "@nestjs/common";
import { Controller, Get, Module, UseInterceptors } from "@nestjs/common";
import { APP_INTERCEPTOR, NestFactory } from "@nestjs/core";
import type { NestExpressApplication } from "@nestjs/platform-express";
import type { Observable } from "rxjs";

@Controller()
@UseInterceptors(TracingInterceptor, new TracingInterceptor())
export class HelloController {
  @Get()
  hello(): string {
    return "hello";
  }
}
export const provider: Provider = { provide: APP_INTERCEPTOR, useClass: TracingInterceptor };
@Module({ controllers: [HelloController], providers: [provider] })
export class AppModule implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(tracingMiddleware()).forRoutes("*");
  }
}
export class Own extends TracingInterceptor {}
export const interceptor: NestInterceptor = new TracingInterceptor();
export const intercepted = (context: ExecutionContext, next: CallHandler<number>): Observable<number> =>
  new TracingInterceptor().intercept(context, next) as Observable<number>;

export async function start(): Promise<void> {
  const app = await NestFactory.create<NestExpressApplication>(AppModule, { logger: false });
  app.use(tracingMiddleware());
  app.useGlobalInterceptors(new TracingInterceptor());
  await app.listen(0);
  const plain = await NestFactory.create(AppModule);
  plain.useGlobalInterceptors(new TracingInterceptor(), new Own());
}
