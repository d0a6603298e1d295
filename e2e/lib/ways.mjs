// Ways to pages: what a journey through all of them opens, one after the other.
import assert from "node:assert/strict";

/**
 * A way to a page, and the status that its answer has.
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
 * @param {number} status of the answer; the page after it, where the answer leads on
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
      // Its own button, not one that only adds a line to it.
      const own = sheet.locator(".form-actions button");
      const any = sheet.locator("button:not([type=button])");
      await ((await own.count()) > 0 ? own : any).first().click();
      const answer = await answered;
      await visit.page.waitForLoadState();
      return answer;
    },
  };
}

/** Opens an address, which must not lead elsewhere. */
export async function open(visit, path) {
  const answer = await visit.open(path);
  const [wanted] = path.split("?");
  assert.equal(new URL(visit.page.url()).pathname, wanted, "the page is theirs to see");
  return answer;
}
