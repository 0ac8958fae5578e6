/**
 * What went wrong in one sentence for the person at the terminal; its stack would say nothing more.
 */
export class MeshFailure extends Error {
  override readonly name = "MeshFailure";
}
