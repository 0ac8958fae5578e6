/**
 * What the SVG pictures have in common: a card with lines of monospaced text, which is read on
 * light and dark pages.
 */

export const WIDTH = 900;
/** Pixels that a character of the card's text takes. */
export const CHARACTER = 7.8;
const STYLE = [
  "text{font:13px ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace;fill:#1f2328;white-space:pre}",
  ".quiet{fill:#59636e}",
  ".new{fill:#1a7f37}",
  ".changed{fill:#9a6700}",
].join("");

/** Text for an element or an attribute. */
function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

export function line(x: number, y: number, text: string, kind?: "quiet" | "new" | "changed"): string {
  return `<text${kind === undefined ? "" : ` class="${kind}"`} x="${round(x)}" y="${round(y)}">${escaped(text)}</text>`;
}

export function round(value: number): string {
  return String(Math.round(value * 10) / 10);
}

/** `label` is what is read out in place of the picture. */
export function card(width: number, height: number, label: string, content: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(label)}">`,
    `<style>${STYLE}</style>`,
    `<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8" fill="#f6f8fa" stroke="#d1d9e0"/>`,
    ...content,
    "</svg>\n",
  ].join("\n");
}
