// The step of booking and moving in which a time is chosen.

/** Takes the first time that is not chosen already, and goes on. */
export async function chooseTime(page) {
  await page.locator("main label.time-chip:not(:has(:checked))").first().click();
  await page.locator(".bottom-bar button").click();
}
