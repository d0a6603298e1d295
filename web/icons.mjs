// One SVG sprite of the lucide icons that the pages name, and of no others.
import { readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";

// How a template or a Rust file names an icon: `page.icon("calendar")`, `Icon("calendar")`.
const NAMED = /\b[Ii]con\("([a-z0-9-]+)"/g;
const SOURCES = ["../crates/server/templates", "../crates/server/src"];

function* filesUnder(dir) {
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) yield* filesUnder(path);
    else if ([".html", ".rs"].includes(extname(path))) yield path;
  }
}

function used(web) {
  const names = new Set();
  for (const source of SOURCES) {
    for (const file of filesUnder(join(web, source))) {
      for (const [, name] of readFileSync(file, "utf8").matchAll(NAMED)) names.add(name);
    }
  }
  return [...names].sort();
}

function symbol(web, name) {
  let svg;
  try {
    svg = readFileSync(join(web, "node_modules/lucide-static/icons", `${name}.svg`), "utf8");
  } catch {
    throw new Error(`There is no lucide icon called "${name}".`);
  }
  const inside = svg
    .replace(/<!--[\s\S]*?-->/g, "")
    .replace(/^[\s\S]*?<svg[^>]*>/, "")
    .replace(/<\/svg>[\s\S]*$/, "")
    .replace(/\s+/g, " ")
    .trim();
  // Presentation attributes on the symbol reach its shapes wherever it is used.
  return `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">${inside}</symbol>`;
}

export function sprite(web) {
  const symbols = used(web).map((name) => symbol(web, name));
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`;
}
