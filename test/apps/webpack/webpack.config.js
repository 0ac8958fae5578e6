const { resolve } = require("node:path");

module.exports = {
  mode: "production",
  target: "node20",
  entry: "./server.js",
  output: { path: resolve(__dirname, "bundle"), filename: "server.js" },
};
