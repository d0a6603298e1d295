// One Chromium for the whole run; each visitor gets a context (cookies, storage, cache) of their own in it.
import { existsSync } from "node:fs";
import { chromium } from "playwright-core";

const INSTALLED = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

// A browser under test calls nobody but the server under test.
const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

let launched;

/** The browser, started at the first call; Playwright gives it a fresh, empty profile. */
export function browser() {
  launched ??= chromium.launch({ executablePath: executable(), args: FLAGS });
  return launched;
}

/** Ends the browser, if there is one. */
export async function quit() {
  await (await launched)?.close();
  launched = undefined;
}

function executable() {
  const path = process.env.KALENDS_CHROMIUM ?? INSTALLED.find(existsSync);
  if (path === undefined) {
    throw new Error("Chromium was not found: install it, or name it in KALENDS_CHROMIUM");
  }
  return path;
}
