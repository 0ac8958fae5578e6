/** What a call's headers are read from and written to. */
/** The headers of an outgoing request: `Headers`, or an adapter's view of what its client takes. */
export interface HeaderCarrier {
  get(name: string): unknown;
  set(name: string, value: string): unknown;
  /** Removes the header. With `value`, an adapter may let later writes of other values pass. */
  delete(name: string, value?: string): unknown;
}
