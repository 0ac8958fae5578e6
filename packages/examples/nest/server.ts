import "reflect-metadata";
import { initTracing } from "@meshtrace/core";
import { tracedFetch, tracingMiddleware } from "@meshtrace/http-middleware";
import { TracingInterceptor } from "@meshtrace/http-middleware/nest";
import { Controller, Get, Module, Param } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";

initTracing();

@Controller()
class TimeController {
  @Get()
  async time(): Promise<string> {
    const reply = await tracedFetch(String(process.env["TIME_SERVICE_URL"]));
    return reply.text();
  }

  @Get("users/:id")
  user(@Param("id") id: string): { id: string } {
    return { id };
  }
}

@Module({ controllers: [TimeController] })
class AppModule {}

const app = await NestFactory.create(AppModule);
app.use(tracingMiddleware());
app.useGlobalInterceptors(new TracingInterceptor());
await app.listen(Number(process.env["PORT"]));
