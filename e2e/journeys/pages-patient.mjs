// What a patient sees: one who comes often, and one who has just registered.
import { PATIENT, register } from "../lib/people.mjs";
import { pagesAreSound } from "../lib/sound.mjs";
import { chooseTime } from "../lib/times.mjs";
import { at, following, sending } from "../lib/ways.mjs";

const APPOINTMENT = "main a[href^='/patient/appointments/']";
const JOIN = following("/book", ".card-list a", "a[href^='/patient/waitlist/join']");
const LISTS = ["/patient/appointments", "/patient/appointments?show=past", "/patient/appointments?show=cancelled"];
const OWN = ["/patient/dashboard", ...LISTS, "/patient/waitlist", "/patient/people", "/patient/profile", "/patient/profile/access"];

/** The last step of booking, with a time that is kept in the meantime. */
const CONFIRM = {
  name: "/book/confirm",
  status: 200,
  go: async (visit) => {
    await following("/book", ".card-list a").go(visit);
    const answered = visit.page.waitForResponse((response) => new URL(response.url()).pathname === "/book/confirm");
    await chooseTime(visit.page);
    const answer = await answered;
    await visit.page.waitForLoadState();
    return answer;
  },
};

pagesAreSound("a patient's", PATIENT, OWN, [
  following("/patient/appointments?show=past", APPOINTMENT),
  CONFIRM,
  JOIN,
  sending(JOIN, "main form[action='/patient/waitlist/join']", { until: "" }),
  sending(at("/patient/profile"), "form[action='/patient/profile']", { given_name: "", phone: "no number" }),
  sending(at("/patient/profile"), "form[action='/patient/profile/password']", { current_password: "not it", new_password: "short" }),
  at("/patient/appointments/01a20562-4308-761e-a0fc-2832d20e40ce", 404),
]);

pagesAreSound("a new patient's", register, OWN, []);
