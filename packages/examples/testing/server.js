import { initTracing } from "@meshtrace/core";
import { makeApp } from "./app.js";

initTracing();
makeApp(process.env.TIME_SERVICE_URL).listen(Number(process.env.PORT));
