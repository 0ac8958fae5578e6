// hapi 21: the documented lines, and plugins among others.
import hapi, { server as newServer, type Plugin } from "@hapi/hapi";
import { hapiTracing } from "@meshtrace/http-middleware/hapi";

export async function start(): Promise<void> {
  const server = hapi.server({ port: 0 });
  await server.register({ plugin: hapiTracing, options: {} });
  await server.register(hapiTracing);
  await server.register({ plugin: hapiTracing, options: { ignore: (request) => request.url === "/alive" } });
  await server.register([{ plugin: hapiTracing }]);
  server.route({ method: "GET", path: "/users/{id}", handler: (request) => request.params["id"] ?? "" });
  server.route<{ Params: { id: string }; Payload: { name: string } }>({
    method: "POST",
    path: "/users/{id}",
    handler: (request) => request.payload.name + request.params.id,
  });
  await server.start();
}
interface ApplicationState {
  readonly database: string;
}
export const typed = newServer<ApplicationState>();
void typed.register({ plugin: hapiTracing, options: {} });
export const plugin: Plugin<object> = hapiTracing;
