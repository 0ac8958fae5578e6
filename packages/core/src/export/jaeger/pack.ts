/**
 * Neighbouring spans that go into one message: their bytes, their number, and the index of the
 * first one.
 */
export interface Pack {
  readonly from: number;
  readonly to: number;
  readonly first: number;
  readonly spans: number;
}

/**
 * Divides spans whose encoded bytes end at `ends` into packs of at most `usual` bytes, each as full
 * as the order allows. A larger span is a pack alone, up to `room` bytes. A span that fits in no
 * pack is left out, and counted.
 */
export function pack(ends: readonly number[], room: number, usual = room): { packs: Pack[]; oversized: number } {
  const packs: Pack[] = [];
  let oversized = 0;
  let open: Pack | undefined;
  const close = (): void => {
    if (open !== undefined) packs.push(open);
    open = undefined;
  };
  let from = 0;
  ends.forEach((to, index) => {
    if (to - from > room) {
      close();
      oversized += 1;
    } else {
      if (open !== undefined && to - open.from > Math.min(usual, room)) close();
      open = { from: open?.from ?? from, to, first: open?.first ?? index, spans: (open?.spans ?? 0) + 1 };
    }
    from = to;
  });
  close();
  return { packs, oversized };
}
