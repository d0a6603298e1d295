// Every page of a role: nothing for axe to find, nothing on the console, nothing that must be scrolled sideways; in each
// language, wide and narrow, by day and in the dark.
import assert from "node:assert/strict";
import { COLOURS } from "./axe.mjs";
import { links } from "./links.mjs";
import { signIn } from "./people.mjs";
import { trial } from "./trial.mjs";
import { at } from "./ways.mjs";

/** Colours depend on neither the language nor much on the width: two windows see them in the dark, too. */
const WINDOWS = [
  { viewport: "desk", dark: true },
  { viewport: "phone" },
  { viewport: "desk", language: "ar" },
  { viewport: "phone", language: "ar", dark: true },
];
const WIDTHS = { desk: "1440", phone: "360" };

/** Links to what is no page. */
const FILE = /\.(ics|csv|json)(\?|$)/;

/**
 * Registers the trials of a role's pages: those named, and whatever their links lead to.
 * @param {string} whose in the trials' names
 * @param {undefined | string | ((visit: import("./visit.mjs").Visit) => Promise<void>)} enter who signs in, or how they come in
 * @param {string[]} paths where the walk begins; each must be theirs to see
 * @param {import("./ways.mjs").Way[]} ways pages that no link leads to: what forms answer, and what is not there
 * @param {RegExp} [within] which links are followed, by their addresses; by default all of them
 */
export function pagesAreSound(whose, enter, paths, ways, within = /^/) {
  for (const window of WINDOWS) {
    const { dark = false, ...options } = window;
    const { viewport, language = "en" } = options;
    trial(`${whose} pages are sound: ${WIDTHS[viewport]} px, ${language}`, { ...options, minutes: 10 }, async (visit) => {
      // The browser says so itself when a page is one of an error, and those are among the ways.
      visit.expect(/the server responded with a status of 4\d\d/);
      if (typeof enter === "string") {
        await signIn(visit, enter);
      } else {
        await enter?.(visit);
      }
      const wrong = [];
      const look = (way, kind = way.name) =>
        inspect(visit, way, { language, dark }, `${whose} ${kind} ${WIDTHS[viewport]} ${language}`).catch((failure) =>
          wrong.push(`${way.name}: ${failure.message}`),
        );
      await walk(visit, paths, within, look);
      for (const way of ways) {
        await look(way);
      }
      assert.equal(wrong.length, 0, wrong.join("\n\n"));
    });
  }
}

/** Opens these addresses, and one of each kind of those that they, and those in turn, lead to. */
async function walk(visit, paths, within, look) {
  const seen = new Set();
  const ahead = paths.map((href) => ({ href, kind: href }));
  for (const { href, kind } of ahead) {
    if (seen.has(kind)) {
      continue;
    }
    seen.add(kind);
    if (FILE.test(href)) {
      const answer = await visit.page.request.get(new URL(href, visit.page.url()).href);
      assert.equal(answer.status(), 200, href);
      continue;
    }
    await look(at(href), kind);
    ahead.push(...(await links(visit.page)).filter((link) => within.test(link.href)));
  }
}

async function inspect(visit, way, { language, dark }, name) {
  await visit.wear("light");
  const answer = await way.go(visit);
  assert.equal(answer.status(), way.status);
  const html = visit.page.locator("html");
  assert.equal(await html.getAttribute("lang"), language);
  assert.equal(await html.getAttribute("dir"), language === "ar" ? "rtl" : "ltr");
  await visit.assertFits();
  await visit.assertAccessible();
  await keep(visit, name);
  if (!dark) {
    return;
  }
  // The dark changes nothing but colours.
  await visit.wear("dark");
  await visit.assertAccessible(COLOURS);
  await keep(visit, `${name} dark`);
}

/** A picture of every page, for those who want to look through them. */
async function keep(visit, name) {
  if (process.env.KALENDS_PICTURES === "1") {
    await visit.picture(name);
  }
}
