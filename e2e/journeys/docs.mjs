// The reference of the API, as a developer reads it and tries an operation: nothing for axe to find, nothing on the console.
import assert from "node:assert/strict";
import { trial } from "../lib/trial.mjs";

for (const viewport of ["desk", "phone"]) {
  trial(`the reference of the API is sound: ${viewport}`, { viewport }, async (visit) => {
    const { page } = visit;
    // The answer to an operation that is tried by nobody in particular.
    visit.expect(/status of 401 .*\/api\/v1\//);
    // Swagger's buttons fade from one colour to the next; what is looked at is where they arrive.
    const look = async () => {
      await page.evaluate(() => Promise.all(document.getAnimations().filter((it) => it instanceof CSSTransition).map((it) => it.finished.catch(() => {}))));
      await visit.assertAccessible();
      await visit.assertFits();
    };
    await visit.open("/docs");
    await page.locator(".opblock").first().waitFor();
    await look();
    for (const method of ["get", "post", "put", "patch", "delete"]) {
      await page.locator(`.opblock-${method} .opblock-summary-control`).first().click();
      await page.locator(`.opblock-${method}.is-open .responses-inner`).waitFor();
    }
    await look();
    await page.locator(".opblock-get .try-out__btn").click();
    await page.locator(".opblock-get .execute").click();
    await page.locator(".opblock-get .response .highlight-code").first().waitFor();
    await look();
    await page.locator(".authorize").first().click();
    await page.locator(".modal-ux").waitFor();
    await look();
    // What the document refers to and does not have is told here.
    assert.equal(await page.locator(".errors-wrapper").count(), 0, "the document has errors");
  });
}
