// Somebody who uses the keyboard alone.
import assert from "node:assert/strict";

/** More stops than these on the way to something are too many. */
const STOPS = 40;

/** From now on every press of a pointer is a complaint on the console, which fails the trial. */
export async function putTheMouseAway({ context }) {
  await context.addInitScript(() => {
    for (const kind of ["pointerdown", "mousedown", "touchstart"]) {
      document.addEventListener(kind, () => console.error(`${kind}: the mouse was put away`), true);
    }
  });
}

/** Goes on with the tabulator until the element has the focus. */
export async function tabTo(page, selector) {
  for (let stop = 0; stop < STOPS; stop += 1) {
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted), selector)) {
      return;
    }
    await page.keyboard.press("Tab");
  }
  assert.fail(`${selector} was not reached with ${STOPS} presses of Tab`);
}

/** Fails unless what has the focus matches, and can be seen to have it. */
export async function assertFocused(page, selector) {
  await page.locator(`:focus:is(${selector})`).waitFor();
  const shown = await page.evaluate(() => {
    const at = document.activeElement;
    // A radio button is hidden under the time that it stands for.
    const styles = [at, at.parentElement].map((element) => getComputedStyle(element));
    return at.matches(":focus-visible") && styles.some((style) => style.outlineStyle !== "none" || style.boxShadow !== "none");
  });
  assert.ok(shown, `the focus on ${selector} can be seen`);
}
