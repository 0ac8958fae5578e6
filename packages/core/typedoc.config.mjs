import { entries } from "../../scripts/build-library.mjs";

/** The reference is of what `exports` names. */
export default {
  entryPoints: entries(import.meta.dirname),
  intentionallyNotExported: ["EXPORTER_NAMES", "PROPAGATOR_NAMES"],
};
