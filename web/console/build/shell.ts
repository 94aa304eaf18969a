import { createHash } from "node:crypto";
import { readFileSync, rmSync } from "node:fs";
import { resolve } from "node:path";
import { gzipSync } from "node:zlib";
import type { Plugin } from "vite";

const KB = 1024;
const INITIAL_BUDGET = 135 * KB;
const CHUNK_BUDGET = 40 * KB;
const COMPOSER_BUDGET = 75 * KB;
const CSS_BUDGET = 15 * KB;

/** first puts the small blocking script that the first paint needs into the page as a hashed file, and the rows of its frame. */
export function first(root: string): Plugin {
  const source = readFileSync(resolve(root, "src/first.js"), "utf8");
  const code = source.replace(/^\s*\/\/.*$/gm, "").replace(/ \/\/ .*$/gm, "").replace(/\n\s*/g, "\n").trim() + "\n";
  const hash = createHash("sha256").update(code).digest("hex").slice(0, 8);
  const name = `assets/console/first-${hash}.js`;
  let serving = false;
  return {
    name: "heard-first",
    configResolved(config) {
      serving = config.command === "serve";
    },
    generateBundle() {
      this.emitFile({ type: "asset", fileName: name, source: code });
    },
    transformIndexHtml: {
      order: "post",
      handler(html) {
        const src = serving ? "/src/first.js" : `/${name}`;
        const entry = serving ? undefined : /<script type="module" crossorigin src="([^"]+)"><\/script>/.exec(html);
        const program = entry ? ` data-program="${entry[1]}"` : "";
        // What paints the frame goes first on a slow line; the program follows.
        return html
          .replaceAll('<link rel="modulepreload"', '<link rel="modulepreload" fetchpriority="low"')
          .replace(entry?.[0] ?? "", entry ? `<link rel="modulepreload" fetchpriority="low" crossorigin href="${entry[1]}">` : "")
          .replace("<!-- first -->", `<script src="${src}"${program}></script>`)
          .replace("<!-- rows -->", row.repeat(ROWS))
          .replace(/>\s+</g, "><");
      },
    },
  };
}

const ROWS = 12;
const row = '<div class="ticket-row frame-row"><div class="skeleton"></div><div class="skeleton"></div><div class="skeleton"></div></div>';

/** clean empties our own folder only: the widget's files lie beside it. */
export function clean(out: string): Plugin {
  return {
    name: "heard-clean",
    apply: "build",
    buildStart() {
      rmSync(resolve(out, "assets/console"), { recursive: true, force: true });
    },
  };
}

/** sizeGate prints what the build weighs and fails above the budgets. */
export function sizeGate(): Plugin {
  return {
    name: "heard-size-gate",
    apply: "build",
    writeBundle(_options, bundle) {
      const size = new Map<string, number>();
      const initial = new Set<string>();
      for (const [name, item] of Object.entries(bundle)) {
        if (!/\.(js|css)$/.test(name)) continue;
        size.set(name, gzipSync(item.type === "chunk" ? item.code : item.source, { level: 9 }).length);
      }
      const visit = (name: string) => {
        const item = bundle[name];
        if (initial.has(name) || item?.type !== "chunk") return;
        initial.add(name);
        item.imports.forEach(visit);
      };
      for (const [name, item] of Object.entries(bundle)) if (item.type === "chunk" && item.isEntry) visit(name);
      for (const name of [...initial]) for (const css of styles(bundle[name])) initial.add(css);
      report(size, initial);
    },
  };
}

/** styles are the style sheets that a chunk brings along. */
function styles(item: unknown): Iterable<string> {
  return (item as { viteMetadata?: { importedCss: Set<string> } }).viteMetadata?.importedCss ?? [];
}

function report(size: Map<string, number>, initial: Set<string>) {
  const { rows, over } = judge(size, initial);
  console.log(`\nconsole sizes\n${rows.join("\n")}`);
  if (over.length > 0) throw new Error(`over the size budget: ${over.join(", ")}`);
}

/** judge holds the weight of each file, gzipped, against its budget; what the first screen needs counts together. */
export function judge(size: Map<string, number>, initial: Set<string>): { rows: string[]; over: string[] } {
  const rows: string[] = [];
  const over: string[] = [];
  const line = (name: string, bytes: number, budget: number) => {
    rows.push(`  ${name.padEnd(44)} ${(bytes / KB).toFixed(1).padStart(7)} KB gz  of ${budget / KB}`);
    if (bytes > budget) over.push(name);
  };
  let first = 0;
  let css = 0;
  for (const [name, bytes] of size) {
    if (name.endsWith(".css") && initial.has(name)) css += bytes;
    else if (initial.has(name)) first += bytes;
    else line(name.replace("assets/console/", ""), bytes, /\/(Composer|prosemirror)[^/]*\.js$/u.test(name) ? COMPOSER_BUDGET : CHUNK_BUDGET);
  }
  line("initial JavaScript", first, INITIAL_BUDGET);
  line("initial CSS", css, CSS_BUDGET);
  return { rows, over };
}
