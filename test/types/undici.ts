// undici 6 to 8: interceptors, and single calls that are not traced.
import { tracedFetch } from "@meshtrace/http-middleware";
import { type UndiciCallOptions, undiciTracing } from "@meshtrace/http-middleware/undici";
import {
  Agent,
  Client,
  type Dispatcher,
  fetch,
  interceptors,
  Pool,
  ProxyAgent,
  request,
  setGlobalDispatcher,
} from "undici";

type Options = Omit<Dispatcher.RequestOptions, "origin" | "path"> & UndiciCallOptions;
const origin = "http://ratings:9080";
setGlobalDispatcher(new Agent().compose(undiciTracing()));
export const dispatchers: Dispatcher[] = [
  new Agent({ connections: 1 }).compose(undiciTracing(), interceptors.redirect()),
  new Pool(origin).compose([undiciTracing({ propagateTo: "mesh" }), interceptors.retry()]),
  new Client(origin).compose(undiciTracing()),
  new ProxyAgent(origin).compose(undiciTracing()),
];
export async function calls(): Promise<void> {
  for (const dispatcher of dispatchers) {
    const options: Options & { dispatcher: Dispatcher } = { method: "GET", dispatcher, tracing: false };
    await request(origin, options);
    await dispatcher.request({ origin, path: "/", method: "GET", tracing: false } as Dispatcher.RequestOptions &
      UndiciCallOptions);
    await fetch(origin, { dispatcher });
  }
  await tracedFetch.from(fetch)(origin, { tracing: false });
}
