import { initTracing } from "@meshtrace/core";
import { listen } from "./listen.mjs";

initTracing();
listen();
