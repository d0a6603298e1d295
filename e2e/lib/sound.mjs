// Every page of a role: nothing for axe to find, nothing on the console, nothing that must be scrolled sideways; in each
// language, wide and narrow, by day and in the dark.
import assert from "node:assert/strict";
import { COLOURS } from "./axe.mjs";
import { trial } from "./trial.mjs";
import { signIn } from "./people.mjs";

const WINDOWS = [
  { viewport: "desk" },
  { viewport: "phone" },
  { viewport: "desk", language: "ar" },
  { viewport: "phone", language: "ar" },
];
const MARKS = { desk: "1440", phone: "360" };

/**
 * A way to a page.
 * @typedef {{ name: string, status: number, go: (visit: import("./visit.mjs").Visit) => Promise<any> }} Way
 */

/**
 * A page with an address that is known.
 * @returns {Way}
 */
export function at(path, status = 200) {
  return { name: path, status, go: (visit) => open(visit, path) };
}

/**
 * A page that others lead to: opens the first, then the address of the first link that matches, and so on.
 * @returns {Way}
 */
export function following(path, ...selectors) {
  return {
    name: [path, ...selectors].join(" > "),
    status: 200,
    go: async (visit) => {
      let answer = await open(visit, path);
      for (const selector of selectors) {
        const link = visit.page.locator(selector).first();
        assert.ok((await link.count()) > 0, `${visit.page.url()} has no ${selector}`);
        answer = await open(visit, await link.getAttribute("href"));
      }
      return answer;
    },
  };
}

/**
 * What a form answers: goes some way, fills fields in by their names, and sends the form.
 * @param {Way} way
 * @param {string} form
 * @param {Record<string, string>} values
 * @returns {Way}
 */
export function sending(way, form, values = {}, status = 422) {
  return {
    name: `${way.name} > sent ${form}`,
    status,
    go: async (visit) => {
      await way.go(visit);
      const sheet = visit.page.locator(form).first();
      for (const [name, value] of Object.entries(values)) {
        await sheet.locator(`[name="${name}"]`).first().fill(value);
      }
      const answered = visit.page.waitForResponse((response) => response.request().method() === "POST");
      await sheet.locator("button:not([type=button])").first().click();
      const answer = await answered;
      await visit.page.waitForLoadState();
      return answer;
    },
  };
}

/**
 * Registers the trials of a role's pages.
 * @param {string} whose in the trials' names
 * @param {string | undefined} who signs in, if anybody
 * @param {Way[]} ways
 */
export function pagesAreSound(whose, who, ways) {
  for (const window of WINDOWS) {
    const { viewport, language = "en" } = window;
    trial(`${whose} pages are sound: ${MARKS[viewport]} px, ${language}`, window, async (visit) => {
      // The browser says so itself when a page is one of an error, and those are among the ways.
      visit.expect(/the server responded with a status of 4\d\d/);
      if (who) {
        await signIn(visit, who);
      }
      const wrong = [];
      for (const way of ways) {
        await inspect(visit, way, language, `${whose} ${MARKS[viewport]} ${language} ${way.name}`).catch((failure) =>
          wrong.push(`${way.name}: ${failure.message}`),
        );
      }
      assert.equal(wrong.length, 0, wrong.join("\n\n"));
    });
  }
}

async function inspect(visit, way, language, name) {
  await visit.wear("light");
  const answer = await way.go(visit);
  assert.equal(answer.status(), way.status);
  const html = visit.page.locator("html");
  assert.equal(await html.getAttribute("lang"), language);
  assert.equal(await html.getAttribute("dir"), language === "ar" ? "rtl" : "ltr");
  await visit.assertFits();
  await visit.assertAccessible();
  await keep(visit, name);
  // The dark changes nothing but colours.
  await visit.wear("dark");
  await visit.assertAccessible(COLOURS);
  await keep(visit, `${name} dark`);
}

async function open(visit, path) {
  const answer = await visit.open(path);
  const [wanted] = path.split("?");
  assert.equal(new URL(visit.page.url()).pathname, wanted, "the page is theirs to see");
  return answer;
}

/** A picture of every page, for those who want to look through them. */
async function keep(visit, name) {
  if (process.env.KALENDS_PICTURES === "1") {
    await visit.picture(name);
  }
}
