import "@meshtrace/testing/jest";
import { type MeshRequest, meshRequest, type TestTracing, testTracing } from "@meshtrace/testing";

export const check = async (): Promise<void> => {
  const tracing: TestTracing = testTracing({ strict: true, allow: ["context-lost"] });
  const request: MeshRequest = meshRequest({ layout: "ambient", sampled: false });
  await fetch("http://localhost", request);
  await expect(tracing).toHaveTrace("GET /");
  await expect(tracing).not.toHaveNoMistakes();
  // @ts-expect-error there is no such mesh
  meshRequest({ layout: "none" });
  // @ts-expect-error there is no such mistake
  testTracing({ allow: ["other"] });
};
