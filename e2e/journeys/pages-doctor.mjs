// What a doctor sees.
import { DOCTOR } from "../lib/people.mjs";
import { pagesAreSound } from "../lib/sound.mjs";
import { at, following, sending } from "../lib/ways.mjs";

const HOURS = following("/doctor/profile", "main a[href^='/hours/']", "main a[href$='/new']");

pagesAreSound("a doctor's", DOCTOR, ["/doctor/dashboard", "/doctor/calendar", "/doctor/profile"], [
  sending(at("/doctor/calendar?generate=1"), "dialog form[method=post]", { from: "17:00", to: "09:00" }),
  at("/doctor/calendar?month=2031-01"),
  sending(HOURS, "main form", { "w0-to": "08:00" }),
  // The list of them, once there are some; then what ending them would do.
  sending(HOURS, "main form", {}, 303),
  following("/doctor/profile", "main a[href^='/hours/']", "main a[href$='/end']"),
  at("/no/such/page", 404),
]);
