const { initTracing } = require("@meshtrace/core");
const { listen } = require("./listen.cjs");

initTracing();
listen();
