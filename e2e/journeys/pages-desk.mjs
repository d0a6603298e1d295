// What the desk sees. The calendar's other dialogs are among the admin's pages.
import { RECEPTIONIST } from "../lib/people.mjs";
import { pagesAreSound } from "../lib/sound.mjs";
import { at, following, sending } from "../lib/ways.mjs";

pagesAreSound("the desk's", RECEPTIONIST, ["/desk", "/admin/calendar", "/waitlist", "/requests", "/desk?q=ma", "/desk?q=nobody+is+called+so"], [
  sending(at("/admin/patients/new"), "dialog form", { email: "not an address", birth_date: "2999-01-01" }),
  at("/admin/appointments?q=nobody+is+called+so"),
  // The only one of its kind in the first calendar may be elsewhere.
  ...["pending", "cancelled", "declined", "no_show"].map((status) =>
    following(`/admin/appointments?status=${status}`, "tbody a[href*='appointment=']"),
  ),
  at("/admin/patients/01a20562-4308-761e-a0fc-2832d20e40ce", 404),
], /^\/(?!admin\/calendar)/);
