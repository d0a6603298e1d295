// Script in every text that somebody can store: a real browser shows it as text on every page of every role, and runs none of it.
import assert from "node:assert/strict";
import { kindOf, links } from "../lib/links.mjs";
import { ADMIN, DOCTOR, PATIENT, RECEPTIONIST, signIn } from "../lib/people.mjs";
import { trial } from "../lib/trial.mjs";

const SCRIPT = `x"'></title></textarea><script>alert(1)</script><img src=x onerror=alert(1)><b style="color:red">{{7*7}}`;
const SHORT = `"'><script>alert(1)</script>`;
/** The most pages that one person opens. */
const MOST = 70;

/** Speaks to the API as somebody of the demo. */
async function caller(email) {
  const ask = async (method, path, body, token) => {
    const answer = await fetch(new URL(`/api/v1${path}`, process.env.KALENDS_BASE_URL), {
      method,
      headers: { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) },
      body: body && JSON.stringify(body),
    });
    const text = await answer.text();
    assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`);
    return text && JSON.parse(text);
  };
  const grant = await ask("POST", "/auth/login", { email, password: process.env.KALENDS_PASSWORD });
  return { user: grant.user, ask: (method, path, body) => ask(method, path, body, grant.access_token) };
}

/** Stores it in the first records of every list, in the organisation's own texts, and in what patients write. */
async function storeEverywhere() {
  const admin = await caller(ADMIN);
  const texts = {
    departments: { description: SCRIPT },
    locations: { name: SCRIPT, address: SCRIPT },
    resources: { name: SCRIPT },
    services: { name: SCRIPT, description: SCRIPT },
    providers: { given_name: SCRIPT, family_name: SCRIPT, title: SHORT, bio: SCRIPT },
    patients: { given_name: SCRIPT, family_name: SCRIPT, notes: SCRIPT },
  };
  for (const [noun, body] of Object.entries(texts)) {
    const { items } = await admin.ask("GET", `/${noun}?limit=1`);
    await admin.ask("PATCH", `/${noun}/${items[0].id}`, body);
  }
  const patient = await caller(PATIENT);
  await patient.ask("PATCH", `/patients/${patient.user.patient_id}`, { given_name: SCRIPT, family_name: SCRIPT });
  const doctor = await caller(DOCTOR);
  await admin.ask("PATCH", `/providers/${doctor.user.provider_id}`, { given_name: SCRIPT, title: SHORT, bio: SCRIPT });
  const { items: departments } = await admin.ask("GET", "/departments?limit=1");
  await admin.ask("PATCH", `/departments/${departments[0].id}`, { name: SCRIPT });
  const { booking_horizon_days, currency, language, phone } = await admin.ask("GET", "/settings");
  await admin.ask("PUT", "/settings", { booking_horizon_days, currency, language, phone, name: SCRIPT, tagline: SCRIPT });
  const coming = await patient.ask("GET", `/appointments?status=booked&patient_id=${patient.user.patient_id}&limit=1`);
  for (const { id } of coming.items) {
    await admin.ask("POST", `/appointments/${id}/cancel`, { reason: SCRIPT });
  }
}

/** Opens one page of each kind that can be reached from these, and counts those on which the script stands as text. */
async function walk(visit, from) {
  let shown = 0;
  const seen = new Set(from.map((path) => kindOf(path)));
  const waiting = [...from];
  for (let opened = 0; waiting.length > 0 && opened < MOST; opened += 1) {
    const path = waiting.shift();
    await visit.open(path);
    const found = await visit.page.evaluate(() => ({
      elements: document.querySelectorAll("img[src=x], b[style], script:not([src]):not([type='application/json'])").length,
      shown: document.body.innerText.includes("<script>alert(1)</script>") || document.title.includes("<script>alert(1)</script>"),
      ran: window.theScriptRan === true,
    }));
    assert.equal(found.elements, 0, `${path} has what was stored as elements`);
    assert.equal(found.ran, false, `${path} ran what was stored`);
    shown += Number(found.shown);
    for (const { href, kind } of await links(visit.page)) {
      if (!seen.has(kind) && !/\.(csv|ics|json)|^\/docs|^\/assets/.test(href)) {
        seen.add(kind);
        waiting.push(href);
      }
    }
  }
  return shown;
}

trial("what people store is text on every page", { minutes: 12 }, async (first, another) => {
  await storeEverywhere();
  for (const [who, from] of [
    [undefined, ["/", "/book"]],
    [PATIENT, ["/patient/dashboard", "/patient/appointments?show=cancelled", "/patient/profile"]],
    [DOCTOR, ["/doctor/dashboard", "/doctor/profile"]],
    [RECEPTIONIST, ["/desk", "/admin/patients"]],
    [ADMIN, ["/admin/dashboard", "/admin/calendar", "/admin/settings", "/admin/reports"]],
  ]) {
    const visit = who ? await another({}) : first;
    await visit.context.addInitScript(() => {
      window.alert = () => {
        window.theScriptRan = true;
      };
      document.addEventListener("securitypolicyviolation", (event) => {
        console.error(`the policy refused ${event.violatedDirective} ${event.blockedURI}`);
      });
    });
    if (who) {
      await signIn(visit, who);
    }
    const shown = await walk(visit, from);
    assert.ok(shown >= 2, `${who ?? "a visitor"} saw it as text on ${shown} pages only`);
  }
});
