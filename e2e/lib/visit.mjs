// A visit: one person's browser window, watched for everything that a person would not see but that is wrong.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { violations, violationsWithoutScripts } from "./axe.mjs";
import { browser } from "./browser.mjs";

const OUTPUT = fileURLToPath(new URL("../output/", import.meta.url));

/** The windows that the pages are designed for. */
const VIEWPORTS = {
  phone: { width: 360, height: 740 },
  tablet: { width: 1024, height: 768 },
  desk: { width: 1440, height: 900 },
};

/** The address of the server under test. */
export function baseUrl() {
  const url = process.env.KALENDS_BASE_URL;
  assert.ok(url, "KALENDS_BASE_URL must name the server under test");
  return url;
}

/**
 * Opens a window.
 * @param {object} [options]
 * @param {"phone" | "tablet" | "desk"} [options.viewport] by default "desk"
 * @param {"light" | "dark"} [options.scheme] the colours asked for, by default "light"
 * @param {string} [options.language] what the browser asks for, by default "en"
 * @param {string} [options.zone] the person's time zone, by default "Europe/Berlin"
 * @param {boolean} [options.scripts] false: JavaScript is off
 */
export async function openVisit({
  viewport = "desk",
  scheme = "light",
  language = "en",
  zone = "Europe/Berlin",
  scripts = true,
} = {}) {
  const settings = {
    baseURL: process.env.KALENDS_BASE_URL,
    viewport: VIEWPORTS[viewport],
    colorScheme: scheme,
    locale: language,
    timezoneId: zone,
    javaScriptEnabled: scripts,
    hasTouch: viewport === "phone",
    reducedMotion: "reduce",
  };
  const context = await (await browser()).newContext(settings);
  context.setDefaultTimeout(10_000);
  if (process.env.KALENDS_NOW && scripts) {
    await context.clock.setSystemTime(new Date(process.env.KALENDS_NOW));
  }
  return new Visit(context, await context.newPage(), settings);
}

export class Visit {
  #problems = [];
  #expected = [];

  #settings;

  constructor(context, page, settings) {
    this.context = context;
    this.page = page;
    this.#settings = settings;
    context.on("console", (message) => {
      if (["warning", "error"].includes(message.type())) {
        this.#notice(`console ${message.type()}: ${message.text()} (${message.location().url})`);
      }
    });
    context.on("weberror", (failure) => this.#notice(`uncaught in the page: ${failure.error()}`));
    context.on("response", (response) => {
      if (response.status() >= 500) {
        this.#notice(`${response.status()} from ${response.url()}`);
      }
    });
    context.on("request", (request) => {
      const { origin, protocol } = new URL(request.url());
      if (protocol.startsWith("http") && process.env.KALENDS_BASE_URL && origin !== new URL(baseUrl()).origin) {
        this.#notice(`the page asked a stranger: ${request.url()}`);
      }
    });
  }

  /** Goes to a path of the server and returns its answer. */
  async open(path) {
    return this.page.goto(new URL(path, baseUrl()).href);
  }

  /** What the browser will complain about is wanted here, such as the 404 of an unknown page. */
  expect(pattern) {
    this.#expected.push(pattern);
  }

  /** Fails with what axe-core finds wrong on the page as it stands, with every rule or with these. */
  async assertAccessible(rules) {
    const found = this.#settings.javaScriptEnabled
      ? await violations(this.page, rules)
      : await violationsWithoutScripts(this.page, async () =>
          (await browser()).newContext({ ...this.#settings, javaScriptEnabled: true }),
        );
    assert.equal(found.length, 0, `${this.page.url()} is not accessible:\n${found.join("\n")}`);
  }

  /** Fails if the page must be scrolled sideways. */
  async assertFits() {
    const [wide, window] = await this.page.evaluate(() => [
      document.documentElement.scrollWidth,
      document.documentElement.clientWidth,
    ]);
    assert.ok(wide <= window, `${this.page.url()} is ${wide} px wide in a window of ${window} px`);
  }

  /** Sees the page in these colours from now on, as somebody does whose evening begins. */
  async wear(scheme) {
    await this.page.emulateMedia({ colorScheme: scheme });
  }

  /** Keeps a picture of the whole page in output/. */
  async picture(name) {
    mkdirSync(OUTPUT, { recursive: true });
    const path = `${OUTPUT}${name.replace(/[^\w=-]+/g, "-")}.png`;
    await this.page.screenshot({ path, fullPage: true });
    return path;
  }

  /** Fails if the browser noticed anything that was not expected. */
  assertQuiet() {
    const found = this.#problems.filter((problem) => !this.#expected.some((pattern) => pattern.test(problem)));
    assert.equal(found.length, 0, `the browser noticed:\n${found.join("\n")}`);
  }

  async close() {
    await this.context.close();
  }

  #notice(problem) {
    this.#problems.push(problem);
  }
}
