// node run.mjs [JOURNEY…]: runs the browser tests of journeys/ (all, or those named) against KALENDS_BASE_URL.
//
// KALENDS_BASE_URL   the server under test, such as http://127.0.0.1:3000
// KALENDS_PASSWORD   the password of the demo sign-ins
// KALENDS_NOW        the server's fixed time (RFC 3339), which the browser's clock then starts from
// KALENDS_CHROMIUM   the browser, by default Debian's
import { readdirSync } from "node:fs";

const wanted = process.argv.slice(2);
const journeys = readdirSync(new URL("journeys/", import.meta.url))
  .filter((file) => file.endsWith(".mjs"))
  .filter((file) => wanted.length === 0 || wanted.includes(file.replace(/\.mjs$/, "")))
  .sort();

if (journeys.length === 0) {
  throw new Error(`there is no journey named ${wanted.join(" or ")}`);
}
for (const journey of journeys) {
  await import(new URL(`journeys/${journey}`, import.meta.url));
}
