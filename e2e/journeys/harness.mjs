// The browser tests would be worth nothing if they did not notice: these pages of its own are wrong on purpose.
import assert from "node:assert/strict";
import { trial } from "../lib/trial.mjs";

const POLICY = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:";

/** Answers one address with a page, under the content security policy of the real ones. */
async function show(visit, body, { lang = "en", dir = "ltr" } = {}) {
  const address = new URL("/harness", process.env.KALENDS_BASE_URL ?? "http://127.0.0.1").href;
  const html = `<!doctype html><html lang="${lang}" dir="${dir}"><head><title>A page</title></head><body>${body}</body></html>`;
  const headers = { "content-type": "text/html; charset=utf-8", "content-security-policy": POLICY };
  await visit.page.route(address, (route) => route.fulfill({ body: html, headers }));
  await visit.page.goto(address);
}

trial("a sound page passes", {}, async (visit) => {
  await show(visit, "<main><h1>Sound</h1><p>Nothing is wrong here.</p></main>");
  await visit.assertAccessible();
  await visit.assertFits();
});

trial("a sound page passes without JavaScript, on a phone, in Arabic, in the dark", {
  viewport: "phone",
  language: "ar",
  scheme: "dark",
  scripts: false,
}, async (visit) => {
  await show(visit, "<main><h1>سليم</h1><p>لا خطأ هنا.</p></main>", { lang: "ar", dir: "rtl" });
  await visit.assertAccessible();
  await visit.assertFits();
  await visit.picture("harness arabic phone");
});

trial("a picture without words is noticed", {}, async (visit) => {
  await show(visit, "<main><h1>Unsound</h1><img src='data:image/gif;base64,R0lGODlhAQABAAAAACw='></main>");
  await assert.rejects(visit.assertAccessible(), /image-alt/);
});

trial("a page that is too wide for a phone is noticed", { viewport: "phone" }, async (visit) => {
  await show(visit, `<main><h1>Wide</h1><p>${"long".repeat(200)}</p></main>`);
  await assert.rejects(visit.assertFits(), /px wide/);
});

trial("what the content security policy refuses is noticed", {}, async (visit) => {
  await show(visit, "<main><h1>Unsafe</h1><script>document.title = 'ran'</script></main>");
  assert.throws(() => visit.assertQuiet(), /Content Security Policy/);
  visit.expect(/Content Security Policy/);
});

trial("a complaint on the console is noticed, unless it is expected", {}, async (visit) => {
  await show(visit, "<main><h1>Loud</h1></main>");
  await visit.page.evaluate(() => console.error("a complaint"));
  assert.throws(() => visit.assertQuiet(), /a complaint/);
  visit.expect(/a complaint/);
});
