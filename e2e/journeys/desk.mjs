// A patient calls, and another one arrives: the desk finds, adds, books and checks in without touching the mouse.
import assert from "node:assert/strict";
import { assertFocused, putTheMouseAway, tabTo } from "../lib/keys.mjs";
import { RECEPTIONIST, signIn } from "../lib/people.mjs";
import { trial } from "../lib/trial.mjs";

for (const language of ["en", "ar"]) {
  trial(`the desk answers a call by the keyboard alone: ${language}`, { language }, async (visit) => {
    const { page } = visit;
    const { keyboard } = page;
    const name = { en: "Nia Okoye", ar: "Noura Haddadin" }[language];
    const [given, family] = name.split(" ");
    const arrive = async (pattern) => {
      await page.waitForURL((url) => url.pathname === "/desk" && pattern.test(url.search));
      await visit.assertAccessible();
    };
    const search = async (words) => {
      await keyboard.press("/");
      await assertFocused(page, "#q");
      const answered = page.waitForResponse((answer) => new URL(answer.url()).searchParams.get("q") === words);
      await keyboard.type(words);
      await answered;
      await keyboard.press("Enter");
    };
    const book = async () => {
      await keyboard.press("b");
      await page.waitForURL(/book=1/);
      await assertFocused(page, "#letters");
      const service = await page.locator("[data-pick-list] strong").last().innerText();
      await keyboard.type(service);
      await keyboard.press("Enter");
      await arrive(/service=/);
      await assertFocused(page, "[name=slot]:checked");
      const first = await page.locator("[name=slot]:checked").inputValue();
      await keyboard.press("ArrowDown");
      await assertFocused(page, "[name=slot]:checked");
      const chosen = page.locator("[name=slot]:checked");
      assert.notEqual(await chosen.inputValue(), first, "the arrow keys choose another time");
      const time = await chosen.locator("xpath=..").locator("span").innerText();
      await keyboard.press("Enter");
      await page.waitForURL((url) => url.searchParams.has("patient") && !url.searchParams.has("service"));
      await visit.assertAccessible();
      assert.match(await page.locator(".toasts .notice.success").innerText(), new RegExp(time));
      return time;
    };

    await signIn(visit, RECEPTIONIST);
    await putTheMouseAway(visit);
    await visit.open("/desk");

    // Somebody who was never here: what was looked for is in the form already.
    await search(name);
    await arrive(/q=/);
    await tabTo(page, "[name=phone]");
    assert.equal(await page.locator("[name=given_name]").inputValue(), given);
    assert.equal(await page.locator("[name=family_name]").inputValue(), family);
    await keyboard.type("030 901820");
    await keyboard.press("Enter");
    await arrive(/patient=/);
    const time = await book();
    assert.equal(await page.locator(".coming li").count(), 1);

    // They call again.
    await visit.open("/desk");
    await search(name);
    await arrive(/patient=/);
    assert.match(await page.locator(".coming li").innerText(), new RegExp(time));
    await book();
    assert.equal(await page.locator(".coming li").count(), 2);

    // The one who comes next is here.
    await visit.open("/desk");
    const here = page.locator(".desk-next form[action$='/start']");
    const before = await here.count();
    await keyboard.press("1");
    await page.locator(".toasts .notice.success").waitFor();
    assert.equal(await here.count(), before + 1, "somebody more is here");
  });
}
