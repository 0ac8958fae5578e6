import { createServer } from "node:http";

const server = createServer(async (_request, response) => {
  const reply = await fetch(process.env.TIME_SERVICE_URL);
  response.end(await reply.text());
});
server.listen(Number(process.env.PORT));
