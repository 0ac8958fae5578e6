import { createServer, get } from "node:http";
import { text } from "node:stream/consumers";

const server = createServer((_request, response) => {
  get(process.env.TIME_SERVICE_URL, async (reply) => response.end(await text(reply)));
});
server.listen(process.env.PORT, () => console.log(JSON.stringify({ listening: server.address().port })));
