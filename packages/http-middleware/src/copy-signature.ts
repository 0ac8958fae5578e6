/**
 * Gives `wrapper` the `name` and `length` of `handler`, which frameworks and tests may read.
 * Returns `wrapper`.
 */
export function copySignature<Wrapper extends object>(wrapper: Wrapper, handler: object): Wrapper {
  for (const member of ["name", "length"]) {
    const descriptor = Object.getOwnPropertyDescriptor(handler, member);
    if (descriptor !== undefined) Object.defineProperty(wrapper, member, { ...descriptor, configurable: true });
  }
  return wrapper;
}
