// The step of booking and moving in which a time is chosen.

/** Takes the first time that is neither chosen already nor `present` (RFC 3339, UTC), and goes on. */
export async function chooseTime(page, present = "") {
  await page.locator(`main label.time-chip:not(:has(:checked, [data-instant="${present}"]))`).first().click();
  await page.locator(".bottom-bar button").click();
}
