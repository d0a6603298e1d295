// The pictures of the README and of the guide for setting a clinic up, taken in the demo clinic. KALENDS_PICTURE=1 keeps them. The
// guide names each page as its heading does, has every picture, and no other.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ADMIN, signIn } from "../lib/people.mjs";
import { trial } from "../lib/trial.mjs";

const GUIDE = readFileSync(new URL("../../docs/guides/set-up.md", import.meta.url), "utf8");

function file(name) {
  return fileURLToPath(new URL(`../../docs/screenshots/${name}.png`, import.meta.url));
}

async function take(page, name) {
  const path = process.env.KALENDS_PICTURE === "1" ? file(name) : undefined;
  await page.screenshot({ path });
  assert.ok(existsSync(file(name)), `docs/screenshots/${name}.png is missing: take it with KALENDS_PICTURE=1`);
}

/** Opens what a link on the page leads to. */
async function follow({ page }, selector) {
  await page.goto(new URL(await page.locator(selector).first().getAttribute("href"), page.url()).href);
}

/** Each picture: the way to its page, the page's heading as far as the guide names it, and what is to be seen on it. */
const PICTURES = {
  settings: { go: (visit) => visit.open("/admin/settings"), heading: "Settings", shows: "main form [name=name]" },
  services: { go: (visit) => visit.open("/admin/services"), heading: "Services", shows: "main tbody tr" },
  questions: {
    go: async (visit) => {
      await visit.open("/admin/services");
      await follow(visit, "main a[href$='/questions']");
      const { page } = visit;
      await page.locator("[name='q0-text-en']").fill("When was the child born?");
      await page.locator("[name='q0-kind']").selectOption("date");
      await page.locator("[name='q0-required']").check();
      await page.locator("[name='q0-stop']").selectOption("younger_than");
      await page.locator("[name='q0-stop-value']").fill("2");
      await page.locator("[name='q0-stop-text-en']").fill("For children under two, please call us.");
    },
    heading: "Questions",
    shows: "main [name='q0-stop']",
  },
  hours: {
    go: async (visit) => {
      await visit.open("/admin/doctors");
      await follow(visit, "main a[href^='/hours/']");
      await follow(visit, "main a[href$='/new'], .page-actions a[href$='/new']");
    },
    heading: "weekly hours",
    shows: "main .line-group input[type=time]",
  },
  holidays: {
    go: (visit) => visit.open("/closures/holidays?country=DE&region=BE"),
    heading: "Public holidays",
    shows: "main form[method=post] input[type=checkbox]",
  },
  week: { go: (visit) => visit.open("/admin/calendar?view=week"), heading: "Calendar", shows: "main" },
  why: { go: ask, heading: "not offered?", shows: "main .notice .reasons li" },
  requests: { go: (visit) => visit.open("/requests"), heading: "Requests", shows: "main form, main a[href^='/requests/']" },
  waitlist: { go: (visit) => visit.open("/waitlist"), heading: "Waitlist", shows: "main tbody tr" },
  stranded: { go: strand, heading: "Appointments without a time", shows: "main form select" },
};

/** The date so many days ahead. */
function after(days) {
  return new Date(Date.parse(process.env.KALENDS_NOW) + days * 24 * 3600 * 1000).toISOString().slice(0, 10);
}

/** The first doctors are away for a week. */
async function strand(visit) {
  const { page } = visit;
  await visit.open("/closures/new");
  const doctors = await page.locator("#whose option[value^='provider:']").evaluateAll((all) => all.map((it) => it.value));
  for (const doctor of doctors.slice(0, 3)) {
    await visit.open("/closures/new");
    await page.locator("#whose").selectOption(doctor);
    await page.locator("#first_date").fill(after(1));
    await page.locator("#last_date").fill(after(7));
    await page.locator("main form .form-actions button.primary").click();
    await page.waitForURL(/\/closures\/[0-9a-f-]{36}/);
  }
  await visit.open("/stranded");
}

/** Asks about lunch, tomorrow. */
async function ask(visit) {
  const { page } = visit;
  await visit.open("/why");
  await page.locator("#service").selectOption({ label: "Cardiology consultation" });
  await page.locator("#on").fill(after(1));
  await page.locator("#time").fill("12:45");
  await page.locator("main form button.primary").click();
  await page.waitForURL(/time=12/);
}

trial("the calendar has its picture taken", {}, async (visit) => {
  await signIn(visit, ADMIN);
  await visit.open("/admin/calendar");
  await visit.page.locator("main .month .slot").first().waitFor();
  await take(visit.page, "calendar");
});

trial("the guide for setting a clinic up has its pictures", {}, async (visit) => {
  const linked = [...GUIDE.matchAll(/\]\(\.\.\/screenshots\/([\w-]+)\.png\)/g)].map(([, name]) => name);
  assert.deepEqual(linked.sort(), Object.keys(PICTURES).sort());
  await signIn(visit, ADMIN);
  await visit.page.setViewportSize({ width: 1200, height: 760 });
  for (const [name, { go, heading, shows }] of Object.entries(PICTURES)) {
    await go(visit);
    const title = await visit.page.locator("h1").innerText();
    assert.ok(title.includes(heading), `${name}: the page is called ${title}`);
    assert.ok(GUIDE.toLowerCase().includes(heading.toLowerCase()), `the guide does not name ${heading}`);
    await visit.page.locator(shows).first().waitFor();
    await take(visit.page, name);
  }
});
