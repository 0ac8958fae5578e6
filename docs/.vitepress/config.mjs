// The site of the documentation. The pages are those of the repository: `README.md` is the index of
// its folder.
import { readFileSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitepress";

const docs = fileURLToPath(new URL("..", import.meta.url));
const repository = fileURLToPath(new URL("../..", import.meta.url));
const { homepage } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));

const WIDE = ["reference/configuration.md", "benchmarks.md", "comparison.md"];

/**
 * Returns the sections of the index page with their links, so that the sidebar and the page cannot
 * differ.
 */
function sidebar() {
  const index = readFileSync(`${docs}README.md`, "utf8");
  return index
    .split(/^## /m)
    .slice(1)
    .map((section) => ({
      text: section.slice(0, section.indexOf("\n")),
      items: [...section.matchAll(/\[([^\]]+)\]\(([^)#]+)\)/g)].map(([, text, link]) => ({
        text,
        link: siteLink(link),
      })),
    }));
}

const siteLink = (link) => `/${link.replace(/README\.md$/, "").replace(/\.md$/, "")}`;

/**
 * Replaces links to files outside of the pages: by links to the repository if package.json names
 * its address, and by their text otherwise.
 */
function linksToRepository(markdown) {
  markdown.core.ruler.push("links_to_repository", ({ tokens, env }) => {
    for (const { children } of tokens) replaceLinks(children ?? [], dirname(env.realPath ?? env.path));
  });
}

function replaceLinks(tokens, folder) {
  for (const [index, token] of tokens.entries()) {
    const href = token.type === "link_open" ? token.attrGet("href") : null;
    if (href === null || /^([a-z]+:|#|\/)/.test(href)) continue;
    const target = resolve(folder, decodeURI(href.split("#")[0]));
    if (target.startsWith(docs)) continue;
    if (homepage) token.attrSet("href", `${homepage}/blob/main/${relative(repository, target)}`);
    else unlink(tokens, index);
  }
}

/** Leaves the text of the link that starts at `index`. */
function unlink(tokens, index) {
  const end = tokens.findIndex(({ type }, at) => at > index && type === "link_close");
  for (const tag of [tokens[index], tokens[end]]) Object.assign(tag, { type: "text", content: "", nesting: 0 });
}

export default defineConfig({
  title: "meshtrace",
  description: "Tracing for Node services in an Istio mesh",
  cleanUrls: true,
  outDir: fileURLToPath(new URL("../../dist/docs", import.meta.url)),
  cacheDir: fileURLToPath(new URL("../../.cache/vitepress", import.meta.url)),
  rewrites: { "README.md": "index.md", ":folder/README.md": ":folder/index.md" },
  ignoreDeadLinks: [/^\/api\//],
  markdown: { config: linksToRepository },
  // Their tables need the whole width.
  transformPageData: (page) => {
    if (WIDE.includes(page.relativePath)) page.frontmatter.aside = false;
  },
  themeConfig: {
    nav: [
      { text: "Getting started", link: "/getting-started" },
      { text: "Configuration", link: "/reference/configuration" },
      { text: "Troubleshooting", link: "/operations/troubleshooting" },
      { text: "API", link: "/api/index.html", target: "_self" },
    ],
    sidebar: sidebar(),
    outline: [2, 3],
    search: { provider: "local" },
  },
});
