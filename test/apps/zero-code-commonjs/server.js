const express = require("express");

const app = express();
app.get("/", async (_request, response) => {
  const reply = await fetch(process.env.TIME_SERVICE_URL);
  response.send(await reply.text());
});
const server = app.listen(process.env.PORT, () => console.log(JSON.stringify({ listening: server.address().port })));
