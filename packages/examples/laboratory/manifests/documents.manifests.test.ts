/** The manifests in the documents, by the schemas of Kubernetes and Istio. */
import { expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { blocks, MANIFESTS } from "../../../../test/document-blocks.js";
import { findKubeconform } from "./kubeconform.js";

const manifests = blocks.filter(({ language }) => MANIFESTS.includes(language));
/** istioctl's own format, which has no schema in a cluster. */
const OPERATOR = /^kind: IstioOperator$/m;

test("the documents have manifests", () => expect(manifests.length).toBeGreaterThan(0));

test.each(manifests.map(({ document, index, text }) => [document, index, text] as const))(
  "%s, block %i",
  async (_document, _index, text) => {
    const parsed = parseAllDocuments(text);
    expect(parsed.flatMap(({ errors, warnings }) => [...errors, ...warnings])).toEqual([]);
    if (OPERATOR.test(text)) return;
    const kubeconform = await findKubeconform((line) => console.error(line));
    expect(await kubeconform(text)).toEqual([]);
  },
);
