import { capturedHeadersRule } from "./captured-headers.js";
import { aBoolean, aFunction } from "./option-rules.js";

/** The rules of the options that servers and clients share. */
export const SHARED_OPTION_RULES = {
  spanName: aFunction,
  ignore: aFunction,
  onRequest: aFunction,
  onResponse: aFunction,
  captureHeaders: capturedHeadersRule,
  captureQuery: aBoolean,
};
