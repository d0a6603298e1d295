// A patient books, moves and cancels on a phone: with JavaScript and without it, in English and in Arabic, by day and in the
// dark. What is pressed is found by its place rather than by its words, so that the journey is the same in every language.
import assert from "node:assert/strict";
import { register } from "../lib/people.mjs";
import { chooseTime } from "../lib/times.mjs";
import { trial } from "../lib/trial.mjs";

const SETTINGS = [
  { viewport: "phone" },
  { viewport: "phone", scripts: false },
  { viewport: "phone", language: "ar" },
  { viewport: "phone", language: "ar", scheme: "dark", scripts: false },
  { viewport: "phone", scheme: "dark" },
];

for (const setting of SETTINGS) {
  const { language = "en", scheme = "light", scripts = true } = setting;
  const name = `a patient books, moves and cancels: ${language}, ${scheme}, ${scripts ? "with" : "without"} JavaScript`;
  trial(name, setting, async (visit) => {
    const { page } = visit;
    const main = page.locator("main");
    const arrive = async (pattern) => {
      await page.waitForURL((url) => pattern.test(url.pathname));
      assert.equal(await page.locator("html").getAttribute("dir"), language === "ar" ? "rtl" : "ltr");
      await visit.assertAccessible();
      await visit.assertFits();
    };

    await register(visit);
    await arrive(/^\/patient\/dashboard$/);

    await visit.open("/book");
    await arrive(/^\/book$/);
    await main.locator(".card-list a").first().click();
    await page.waitForURL(/service=/);
    await arrive(/^\/book$/);
    await chooseTime(page);
    await arrive(/^\/book\/confirm$/);
    assert.equal(await main.locator("[data-countdown-text]").count(), 1, "the time is kept while the form is filled in");
    await main.locator("textarea[name=reason]").fill("A small matter");
    await main.locator("form[action='/book'] button.primary").click();

    await arrive(/^\/patient\/appointments\/[^/]+$/);
    const appointment = new URL(page.url()).pathname;
    await assertCalendarFile(visit, `${appointment}/calendar.ics`);

    await main.locator(`a[href='${appointment}/move']`).click();
    await arrive(/\/move$/);
    const before = await timeOf(visit, appointment);
    await page.goBack();
    await main.locator(`a[href='${appointment}/move']`).click();
    await page.waitForURL(/\/move$/);
    assert.equal(await main.locator(`[data-instant="${before}"]`).count(), 0, "the present time is not offered");
    await chooseTime(page);
    await page.waitForURL((url) => url.pathname === appointment || url.search !== "");
    await arrive(/^\/patient\/appointments\/[^/]+(\/move)?$/);
    if (page.url().includes("/move")) {
      await main.locator("button.primary").last().click();
      await arrive(/^\/patient\/appointments\/[^/]+$/);
    }
    assert.notEqual(await timeOf(visit, appointment), before, "the appointment has another time");

    await visit.open(appointment);
    await main.locator(`a[href='${appointment}/cancel']`).click();
    await arrive(/\/cancel$/);
    await main.locator("textarea[name=reason]").fill("I am well again");
    await main.locator("form[method=post] button").last().click();
    await page.waitForURL((url) => !url.pathname.endsWith("/cancel"));
    await visit.open("/patient/appointments?show=cancelled");
    await arrive(/^\/patient\/appointments$/);
    assert.equal(await main.locator(`a[href='${appointment}']`).count(), 1, "it is among the cancelled ones");
  });
}

/** When the appointment begins, from its calendar file. */
async function timeOf(visit, appointment) {
  const answer = await visit.page.request.get(new URL(`${appointment}/calendar.ics`, visit.page.url()).href);
  const found = /DTSTART:(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/.exec(await answer.text());
  assert.ok(found, "the calendar file names an instant");
  const [, year, month, day, hour, minute, second] = found;
  return `${year}-${month}-${day}T${hour}:${minute}:${second}Z`;
}

async function assertCalendarFile(visit, path) {
  const link = visit.page.locator(`main a[href='${path}']`);
  assert.equal(await link.count(), 1, "the appointment can be added to a calendar");
  const answer = await visit.page.request.get(new URL(path, visit.page.url()).href);
  assert.equal(answer.status(), 200);
  assert.match(answer.headers()["content-type"], /^text\/calendar/);
  assert.match(await answer.text(), /BEGIN:VEVENT[\s\S]*DTSTART[\s\S]*END:VEVENT/);
}
