/** Neighbouring spans that go into one message: their bytes and their number. */
export interface Pack {
  readonly from: number;
  readonly to: number;
  readonly spans: number;
}

/**
 * Spans whose encoded bytes end at `ends`, in packs of at most `room` bytes, each as full as the order allows. One that
 * fits in no pack is left out alone, and counted.
 */
export function pack(ends: readonly number[], room: number): { packs: Pack[]; oversized: number } {
  const packs: Pack[] = [];
  let oversized = 0;
  let open: Pack | undefined;
  const close = (): void => {
    if (open !== undefined) packs.push(open);
    open = undefined;
  };
  let from = 0;
  for (const to of ends) {
    if (to - from > room) {
      close();
      oversized += 1;
    } else {
      if (open !== undefined && to - open.from > room) close();
      open = { from: open?.from ?? from, to, spans: (open?.spans ?? 0) + 1 };
    }
    from = to;
  }
  close();
  return { packs, oversized };
}
