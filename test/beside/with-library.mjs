// The library brings another version of OpenTelemetry's API.
import { initTracing } from "@meshtrace/core";
import { work } from "library";
import { listen } from "./listen.mjs";

initTracing();
listen(work);
