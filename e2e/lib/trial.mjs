// A trial: a named test with a visit of its own, which must end without a complaint from the browser.
import { after, test } from "node:test";
import { quit } from "./browser.mjs";
import { openVisit } from "./visit.mjs";

after(quit);

/**
 * Registers a test.
 * @param {string} name what is shown to work, as a sentence
 * @param {Parameters<typeof openVisit>[0] & { minutes?: number }} options the window of the first person, and how long it may take
 * @param {(visit: import("./visit.mjs").Visit, another: typeof openVisit) => Promise<void>} body
 *   gets that person's visit, and `another` to let a second person in beside them
 */
export function trial(name, { minutes = 3, ...options }, body) {
  test(name, { timeout: minutes * 60_000 }, async () => {
    const visits = [];
    const enter = async (who) => {
      const visit = await openVisit(who);
      visits.push(visit);
      return visit;
    };
    try {
      await body(await enter(options), enter);
      visits.forEach((visit) => visit.assertQuiet());
    } catch (failure) {
      await Promise.all(visits.map((visit, at) => visit.picture(`failed ${name} ${at + 1}`).catch(() => {})));
      throw failure;
    } finally {
      await Promise.all(visits.map((visit) => visit.close()));
    }
  });
}
