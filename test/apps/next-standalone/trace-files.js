// What `output: "standalone"` does: the files that the server needs are traced, and they alone are
// shipped.
const { cpSync } = require("node:fs");
const { nodeFileTrace } = require("@vercel/nft");

nodeFileTrace(["server.js"]).then(({ fileList }) => {
  for (const file of fileList) cpSync(file, `standalone/${file}`, { dereference: true });
});
