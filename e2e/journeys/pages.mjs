// Every page of every role: nothing for axe to find, nothing on the console, and nothing that must be scrolled sideways
// on a phone. Not every page is opened in every setting, but each setting goes through every page of some role.
import assert from "node:assert/strict";
import * as people from "../lib/people.mjs";
import { trial } from "../lib/trial.mjs";

const VISITOR = ["/", "/patient/login", "/staff/login", "/patient/register", "/book"];
const PATIENT = ["/patient/dashboard", "/patient/appointments", "/patient/appointments?show=past", "/patient/profile", "/patient/profile/access"];
const DOCTOR = ["/doctor/dashboard", "/doctor/calendar", "/doctor/calendar?view=week", "/doctor/calendar?view=day", "/doctor/profile"];
const DESK = ["/desk", "/admin/patients", "/admin/patients/new", "/admin/appointments", "/admin/calendar?view=day"];
const OPERATOR = ["/platform", "/platform/new"];
const ADMIN = [
  "/admin/dashboard",
  "/admin/calendar",
  "/admin/calendar?view=week",
  "/admin/departments",
  "/admin/departments/new",
  "/admin/doctors",
  "/admin/doctors/new",
  "/admin/patients",
  "/admin/appointments",
  "/admin/services",
  "/admin/services/new",
  "/admin/locations",
  "/admin/rooms",
  "/admin/users",
  "/admin/reports",
  "/admin/settings",
  "/admin/audit",
];

const PHONE = { viewport: "phone" };
const DARK = { scheme: "dark" };
const ARABIC = { language: "ar" };

const ROUNDS = [
  ["a visitor's", undefined, VISITOR, [{}, { ...PHONE, ...DARK }, { ...PHONE, ...ARABIC }]],
  ["a patient's", people.PATIENT, PATIENT, [DARK, PHONE, { ...PHONE, ...DARK, ...ARABIC }]],
  ["a doctor's", people.DOCTOR, DOCTOR, [{}, { ...PHONE, ...DARK }, ARABIC]],
  ["the desk's", people.RECEPTIONIST, DESK, [DARK, { ...PHONE, ...ARABIC }]],
  ["an operator's", people.OPERATOR, OPERATOR, [{}, { ...PHONE, ...DARK, ...ARABIC }]],
  ["an admin's", people.ADMIN, ADMIN, [{}, { ...PHONE, ...DARK }, { ...PHONE, ...ARABIC }]],
];

for (const [whose, who, paths, settings] of ROUNDS) {
  for (const setting of settings) {
    const { viewport = "desk", scheme = "light", language = "en" } = setting;
    trial(`${whose} pages are sound: ${viewport}, ${scheme}, ${language}`, setting, async (visit) => {
      if (who) {
        await people.signIn(visit, who);
      }
      const wrong = [];
      for (const path of paths) {
        try {
          await inspect(visit, path, language);
        } catch (failure) {
          wrong.push(failure.message);
        }
      }
      assert.equal(wrong.length, 0, wrong.join("\n\n"));
    });
  }
}

async function inspect(visit, path, language) {
  const answer = await visit.open(path);
  assert.equal(answer.status(), 200, path);
  assert.equal(new URL(visit.page.url()).pathname, path.split("?")[0], "the page is theirs to see");
  const html = visit.page.locator("html");
  assert.equal(await html.getAttribute("lang"), language, path);
  assert.equal(await html.getAttribute("dir"), language === "ar" ? "rtl" : "ltr", path);
  await visit.assertAccessible();
  await visit.assertFits();
}
