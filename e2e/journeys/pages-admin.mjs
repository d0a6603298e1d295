// What an admin sees.
import { ADMIN } from "../lib/people.mjs";
import { pagesAreSound } from "../lib/sound.mjs";
import { at, following, sending } from "../lib/ways.mjs";

const TABLES = ["departments", "doctors", "locations", "patients", "rooms", "services", "users"].map((noun) => `/admin/${noun}`);
const OTHERS = ["dashboard", "calendar", "appointments", "reports", "settings", "audit"].map((noun) => `/admin/${noun}`);
const LATER = "/admin/calendar?month=2031-01";

pagesAreSound("an admin's", ADMIN, [...OTHERS, ...TABLES], [
  ...TABLES.map((path) => at(`${path}?q=nothing-is-named-so`)),
  ...TABLES.map((path) => at(`${path}?archived=true`)),
  ...TABLES.map((path) => sending(at(`${path}/new`), "dialog form")),
  sending(at("/admin/settings"), "main form", { name: "" }),
  sending(at("/admin/calendar?generate=1"), "dialog form[method=post]", { from: "17:00", to: "09:00" }),
  at(LATER),
  following(LATER, "main a[href*='day=']"),
  at("/admin/audit?resource=nobody"),
  at("/no/such/page", 404),
]);
