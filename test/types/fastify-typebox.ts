// Fastify with TypeBox 1.
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import { fastifyTracing } from "@meshtrace/http-middleware/fastify";
import { fastify } from "fastify";
import { Type } from "typebox";

export const app = fastify().withTypeProvider<TypeBoxTypeProvider>();
void app.register(fastifyTracing);
void app.register(fastifyTracing, { captureQuery: true });
app.get("/:id", { schema: { params: Type.Object({ id: Type.Number() }) } }, async (request) => request.params.id + 1);
