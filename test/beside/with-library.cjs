// The library brings another version of OpenTelemetry's API.
const { initTracing } = require("@meshtrace/core");
const { work } = require("library");
const { listen } = require("./listen.cjs");

initTracing();
listen(work);
