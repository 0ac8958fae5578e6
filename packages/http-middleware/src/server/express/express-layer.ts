/**
 * The template that a layer of Express was mounted with. Express 4 keeps a regular expression and
 * the names of its groups, early versions of Express 5 only functions that match a path, later ones
 * the template.
 */

type Matcher = (path: string) => { readonly path: string; readonly params: Readonly<Record<string, unknown>> } | false;

/** The members of a layer that are read. */
export interface ExpressLayer {
  readonly name?: string;
  readonly handle?: unknown;
  readonly route?: object | undefined;
  // Express 4.
  readonly regexp?: RegExp & { readonly fast_slash?: boolean };
  readonly keys?: readonly { readonly name: string | number }[];
  // Express 5.
  readonly slash?: boolean;
  readonly rawPath?: unknown;
  readonly matchers?: readonly Matcher[];
}

/**
 * What a layer matched: its template without a last slash, and the length of the path that it took.
 */
export interface LayerMatch {
  readonly template: string;
  readonly length: number;
}

/** How many positions of a parameter's value are tried: a caller may repeat one. */
const MAX_TRIALS = 64;
const indexedExpressions = new WeakMap<RegExp, RegExp>();

/**
 * Returns what `layer` matches at the begin of `path`, or `undefined`. Leaves the layer unchanged.
 */
export function matchLayer(layer: ExpressLayer, path: string): LayerMatch | undefined {
  if (layer.slash === true || layer.regexp?.fast_slash === true) return { template: "", length: 0 };
  const matched =
    layer.regexp === undefined ? byMatchers(layer, path) : byExpression(layer.regexp, layer.keys ?? [], path);
  if (matched === undefined) return undefined;
  const length = withoutSlash(matched.path).length;
  const next = path[length];
  // The end of a segment; Express 4 takes a point for one.
  if (next !== undefined && next !== "/" && next !== ".") return undefined;
  return { template: withoutSlash(matched.template), length };
}

type Matched = { readonly path: string; readonly template: string };

function byExpression(regexp: RegExp, keys: ExpressLayer["keys"] & object, path: string): Matched | undefined {
  let indexed = indexedExpressions.get(regexp);
  if (indexed === undefined) {
    indexed = new RegExp(regexp.source, `${regexp.flags.replace("d", "")}d`);
    indexedExpressions.set(regexp, indexed);
  }
  const matched = indexed.exec(path);
  if (matched === null || matched.index !== 0) return undefined;
  let template = "";
  let at = 0;
  const [, ...groups] = matched.indices ?? [];
  for (const [index, group] of groups.entries()) {
    // Groups that did not take part, and groups inside another one.
    if (group === undefined || group[0] < at) continue;
    template += path.slice(at, group[0]) + parameter(keys[index]?.name);
    at = group[1];
  }
  return { path: matched[0], template: template + matched[0].slice(at) };
}

/** Groups without a name have a number: `*`. */
const parameter = (name: string | number | undefined): string => (typeof name === "string" ? `:${name}` : "*");

function byMatchers({ matchers = [], rawPath }: ExpressLayer, path: string): Matched | undefined {
  for (const [index, matcher] of matchers.entries()) {
    const matched = matcher(path);
    if (matched === false) continue;
    const raw = Array.isArray(rawPath) ? rawPath[index] : rawPath;
    return { path: matched.path, template: raw === undefined ? learned(matcher, matched) : String(raw) };
  }
  return undefined;
}

/** Finds where each parameter is: a longer value there changes this parameter, and no other one. */
function learned(matcher: Matcher, { path, params }: Exclude<ReturnType<Matcher>, false>): string {
  const names = Object.keys(params);
  const found: { start: number; end: number; name: string }[] = [];
  for (const name of names) {
    for (const [start, end] of positions(path, textOf(params[name]))) {
      if (found.some((other) => start < other.end && other.start < end)) continue;
      const changed = matcher(`${path.slice(0, end)}0${path.slice(end)}`);
      if (changed === false) continue;
      const isHere = names.every(
        (other) => textOf(changed.params[other]) === textOf(params[other]) + (other === name ? "0" : ""),
      );
      if (!isHere) continue;
      found.push({ start, end, name: Array.isArray(params[name]) ? `*${name}` : `:${name}` });
      break;
    }
  }
  found.sort((one, other) => one.start - other.start);
  let template = "";
  let at = 0;
  for (const { start, end, name } of found) {
    template += path.slice(at, start) + name;
    at = end;
  }
  return template + path.slice(at);
}

/** Wildcards of Express 5 have a list of segments. */
function textOf(value: unknown): string {
  return Array.isArray(value) ? value.join("/") : String(value);
}

/** Where `value` occurs in `path`, decoded or percent-encoded. */
function positions(path: string, value: string): [start: number, end: number][] {
  const found: [number, number][] = [];
  for (const text of new Set([value, encodeURIComponent(value)])) {
    let start = text === "" ? -1 : path.indexOf(text);
    while (start >= 0 && found.length < MAX_TRIALS) {
      found.push([start, start + text.length]);
      start = path.indexOf(text, start + 1);
    }
  }
  return found;
}

function withoutSlash(path: string): string {
  return path.endsWith("/") ? path.slice(0, -1) : path;
}
