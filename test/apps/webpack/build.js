const webpack = require("webpack");
const config = require("./webpack.config.js");

webpack(config, (error, stats) => {
  if (error) throw error;
  console.log(stats.toString());
  if (stats.hasErrors()) process.exitCode = 1;
});
