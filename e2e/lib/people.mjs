// The demo clinic's people, and how they come in.
import assert from "node:assert/strict";

export const ADMIN = "admin@demo.test";
export const RECEPTIONIST = "desk@demo.test";
export const DOCTOR = "doctor@demo.test";
export const PATIENT = "patient@demo.test";
export const OPERATOR = "operator@demo.test";

/** Signs in with the demo password; fails if the sign-in page is still there afterwards. */
export async function signIn(visit, email) {
  const path = email === PATIENT ? "/patient/login" : "/staff/login";
  const password = process.env.KALENDS_PASSWORD;
  assert.ok(password, "KALENDS_PASSWORD must be the password of the demo sign-ins");
  await visit.open(path);
  await fillSignIn(visit.page, email, password);
  await visit.page.waitForURL((url) => url.pathname !== path);
}

/** Fills in and sends the sign-in form of the page as it stands, in whatever language it is. */
export async function fillSignIn(page, email, password) {
  await page.locator("input[type=email]").fill(email);
  const field = page.locator("input[type=password]");
  await field.fill(password);
  await field.press("Enter");
}

let registered = 0;

/** Comes in as a patient whom nobody has seen before. */
export async function register({ page }) {
  registered += 1;
  await page.goto(new URL("/patient/register", process.env.KALENDS_BASE_URL).href);
  await page.locator("[name=given_name]").fill("Noor");
  await page.locator("[name=family_name]").fill("Haddad");
  await page.locator("[name=email]").fill(`noor-${process.pid}-${registered}@example.org`);
  await page.locator("[name=password]").fill("correct horse battery");
  await page.locator("main form button").last().click();
  await page.waitForURL((url) => url.pathname === "/patient/dashboard");
}
