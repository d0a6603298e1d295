// What a doctor sees.
import { DOCTOR } from "../lib/people.mjs";
import { pagesAreSound } from "../lib/sound.mjs";
import { at, sending } from "../lib/ways.mjs";

pagesAreSound("a doctor's", DOCTOR, ["/doctor/dashboard", "/doctor/calendar", "/doctor/profile"], [
  sending(at("/doctor/calendar?generate=1"), "dialog form[method=post]", { from: "17:00", to: "09:00" }),
  at("/doctor/calendar?month=2031-01"),
  at("/no/such/page", 404),
]);
