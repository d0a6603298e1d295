// A clinic's first morning, on an installation with one admin, one location, one provider and an empty calendar.
import assert from "node:assert/strict";
import { ADMIN } from "../lib/people.mjs";
import { trial } from "../lib/trial.mjs";

trial("an admin fills the first month of a new clinic and leaves", {}, async (visit) => {
  const { page } = visit;
  const arrive = async (path) => {
    await page.waitForURL((url) => url.pathname === path);
    await visit.assertAccessible();
    await visit.assertFits();
  };

  await visit.open("/staff/login");
  await arrive("/staff/login");
  await page.getByLabel("Email").fill(ADMIN);
  await page.getByLabel("Password").fill(process.env.KALENDS_PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await arrive("/admin/dashboard");

  await page.getByRole("navigation").getByRole("link", { name: "Calendar" }).click();
  await arrive("/admin/calendar");
  const available = page.locator("main .month .slot.is-available");
  assert.equal(await available.count(), 0, "nothing is open yet");

  await page.getByRole("button", { name: "Generate Calendar" }).click();
  const modal = page.getByRole("dialog", { name: "Create Calendar for Month" });
  await modal.waitFor();
  await visit.assertAccessible();
  await assertDefaults(modal);
  await modal.getByRole("button", { name: "Generate Slots" }).click();

  await modal.waitFor({ state: "hidden" });
  await arrive("/admin/calendar");
  const month = new Intl.DateTimeFormat("en", { month: "long", year: "numeric", timeZone: "Europe/Berlin" });
  const shown = page.getByRole("heading", { name: month.format(new Date(process.env.KALENDS_NOW)) });
  assert.equal(await shown.count(), 1, "the month that is shown is the current one");
  await available.first().waitFor();
  assert.ok((await available.count()) > 20, `${await available.count()} times are available`);
  assert.match(await available.first().textContent(), /available/i);
  assert.ok(await isGreen(available.first()), "an available time is green");

  await visit.open("/patient/dashboard");
  await arrive("/admin/dashboard");
  await page.getByRole("button", { name: "Log out" }).click();
  await page.waitForURL((url) => !url.pathname.startsWith("/admin"));
  await visit.assertAccessible();
  await visit.open("/admin/dashboard");
  await arrive("/staff/login");
});

async function assertDefaults(modal) {
  const chosen = await modal.locator("input[type=checkbox]:checked").evaluateAll((boxes) =>
    boxes.map((box) => box.closest("label").textContent.trim()),
  );
  assert.deepEqual(chosen, ["Mon", "Tue", "Wed", "Thu", "Fri"]);
  const values = await modal.locator("input, select").evaluateAll((fields) => fields.map((field) => field.value));
  for (const value of ["09:00", "17:00", "30"]) {
    assert.ok(values.includes(value), `${value} is preset among ${values.join(" ")}`);
  }
}

/** Whether green leads in what the element is painted with. */
async function isGreen(slot) {
  return slot.evaluate((element) => {
    const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    canvas.fillStyle = getComputedStyle(element).backgroundColor;
    canvas.fillRect(0, 0, 1, 1);
    const [red, green, blue] = canvas.getImageData(0, 0, 1, 1).data;
    return green > red && green > blue;
  });
}
