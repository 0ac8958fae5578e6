const { createServer } = require("node:http");
const { register } = require("./instrumentation.js");
const route = require("./route.js");

register().then(() => {
  const server = createServer((request, response) => route.default(request, response));
  server.listen(process.env.PORT, () => console.log(JSON.stringify({ listening: server.address().port })));
});
