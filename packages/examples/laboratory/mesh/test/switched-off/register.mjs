// `node --import .../register.mjs`: runs a program with one part of @meshtrace/core switched off,
// named by SWITCHED_OFF.
import { register } from "node:module";

register("./hooks.mjs", import.meta.url, { data: process.env["SWITCHED_OFF"] });
