/** Appends to a buffer that grows. One writer serves one message after the other. */
export class ByteWriter {
  protected buffer = Buffer.allocUnsafe(16_384);
  protected at = 0;

  get length(): number {
    return this.at;
  }

  truncate(length: number): void {
    this.at = length;
    // One huge message does not keep its memory.
    if (length === 0 && this.buffer.length > LARGEST_KEPT) this.buffer = Buffer.allocUnsafe(16_384);
  }

  view(start: number, end = this.at): Buffer {
    return this.buffer.subarray(start, end);
  }

  /** Makes room for `size` more bytes. */
  protected room(size: number): void {
    const needed = this.at + size;
    if (needed <= this.buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, this.buffer.length * 2));
    this.buffer.copy(larger, 0, 0, this.at);
    this.buffer = larger;
  }

  /**
   * Short ASCII, which most names and values are, byte by byte to `at`: cheaper than a call into the encoder. Its
   * length, or -1 when the text is none.
   */
  protected ascii(text: string, at: number): number {
    const length = text.length;
    if (length > SHORT) return -1;
    const buffer = this.buffer;
    for (let index = 0; index < length; index += 1) {
      const code = text.charCodeAt(index);
      if (code > 127) return -1;
      buffer[at + index] = code;
    }
    return length;
  }
}

/** Eight hex characters of `text` from `start`, as 32 bits with a sign. */
export function hexWord(text: string, start: number): number {
  let word = 0;
  for (let index = start; index < start + 8; index += 1) {
    const code = text.charCodeAt(index);
    // The low four bits are the digit's value; of a letter in either case, its place in the alphabet.
    word = (word << 4) | ((code & 15) + (code > 57 ? 9 : 0));
  }
  return word;
}

const LARGEST_KEPT = 1_048_576;
const SHORT = 64;
