// Fastify with TypeBox before 1, in modules of one kind: in CommonJS its types differ from those of
// the provider.
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import { fastifyTracing } from "@meshtrace/http-middleware/fastify";
import { Type } from "@sinclair/typebox";
import { fastify } from "fastify";

export const app = fastify().withTypeProvider<TypeBoxTypeProvider>();
void app.register(fastifyTracing);
void app.register(fastifyTracing, { captureQuery: true });
app.get("/:id", { schema: { params: Type.Object({ id: Type.Number() }) } }, async (request) => String(request.params));
