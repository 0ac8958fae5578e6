/**
 * A class whose instances are the objects passed to its constructor. A subclass adds private
 * members to them, which cost less than properties that are not enumerable, and which no reflection
 * shows.
 */
export class ExistingObject {
  constructor(object: object) {
    // biome-ignore lint/correctness/noConstructorReturn: the purpose of this class
    return object;
  }
}
