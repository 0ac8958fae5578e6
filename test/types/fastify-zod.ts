// Fastify with Zod.
import { fastifyTracing } from "@meshtrace/http-middleware/fastify";
import { fastify } from "fastify";
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";

const app = fastify();
app.setValidatorCompiler(validatorCompiler);
app.setSerializerCompiler(serializerCompiler);
export const typed = app.withTypeProvider<ZodTypeProvider>();
void typed.register(fastifyTracing);
void typed.register(fastifyTracing, { captureQuery: true });
typed.get("/", { schema: { querystring: z.object({ page: z.number() }) } }, async (request) => request.query.page + 1);
