import { entries } from "../../scripts/build-library.mjs";

/** The reference is of what `exports` names, not of the types behind it. */
export default { entryPoints: entries(import.meta.dirname), validation: { notExported: false } };
