// Builds the styles, the script and the icons into one directory, each under a name that contains a hash of its content,
// and writes `manifest.txt` there: one line `name TAB file TAB content type` for each. `holidays.jsonl` stands beside it.
// Usage: node build.mjs [OUT], by default into dist/.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { holidays } from "./holidays.mjs";
import { sprite } from "./icons.mjs";

const web = dirname(fileURLToPath(import.meta.url));
const out = resolve(process.argv[2] ?? join(web, "dist"));

const TYPES = {
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  svg: "image/svg+xml",
};

function styles(entry) {
  const cli = join(web, "node_modules/@tailwindcss/cli/dist/index.mjs");
  const input = join(web, "styles", entry);
  return execFileSync(process.execPath, [cli, "--input", input, "--minify"], {
    cwd: web,
    stdio: ["ignore", "pipe", "pipe"],
    maxBuffer: 16 * 1024 * 1024,
  });
}

async function script(entry) {
  const { outputFiles } = await build({
    entryPoints: [join(web, "src", entry)],
    bundle: true,
    minify: true,
    format: "esm",
    target: ["es2022"],
    legalComments: "none",
    write: false,
  });
  return outputFiles[0].contents;
}

/** Working them out takes half a minute, so they are kept as long as the packages and the script that made them stay. */
function keptHolidays() {
  const script = createHash("sha256").update(readFileSync(join(web, "holidays.mjs"))).digest("hex").slice(0, 12);
  const kept = join(web, "node_modules", `.kalends-holidays-${script}`);
  if (!existsSync(kept)) {
    writeFileSync(kept, holidays());
  }
  return readFileSync(kept);
}

function hashed(name, bytes) {
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 12);
  return name.replace(/\.(\w+)$/, `-${hash}.$1`);
}

const built = new Map();
for (const file of readdirSync(join(web, "static"))) {
  built.set(file, readFileSync(join(web, "static", file)));
}
built.set("app.css", styles("app.css"));
built.set("staff.css", styles("staff.css"));
built.set("docs.css", styles("docs.css"));
built.set("app.js", await script("app.ts"));
built.set("docs.js", await script("docs.ts"));
built.set("icons.svg", Buffer.from(sprite(web)));

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
let manifest = "";
for (const [name, bytes] of [...built].sort()) {
  const file = hashed(name, bytes);
  writeFileSync(join(out, file), bytes);
  manifest += `${name}\t${file}\t${TYPES[name.split(".").pop()]}\n`;
}
writeFileSync(join(out, "manifest.txt"), manifest);
writeFileSync(join(out, "holidays.jsonl"), keptHolidays());
