import { initTracing, traceJob } from "@meshtrace/core";
import { tracedFetch } from "@meshtrace/http-middleware";

initTracing();

await traceJob("tell the time", async () => {
  const reply = await tracedFetch(process.env.TIME_SERVICE_URL);
  process.stdout.write(await reply.text());
});
