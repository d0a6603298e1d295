// The picture of the README: the demo clinic's calendar. KALENDS_PICTURE=1 keeps it.
import { fileURLToPath } from "node:url";
import { ADMIN, signIn } from "../lib/people.mjs";
import { trial } from "../lib/trial.mjs";

const PICTURE = fileURLToPath(new URL("../../docs/screenshots/calendar.png", import.meta.url));

trial("the calendar has its picture taken", {}, async (visit) => {
  await signIn(visit, ADMIN);
  await visit.open("/admin/calendar");
  await visit.page.locator("main .month .slot").first().waitFor();
  const path = process.env.KALENDS_PICTURE === "1" ? PICTURE : undefined;
  await visit.page.screenshot({ path });
});
