// Accessibility: every rule of axe-core, none excused.
import axe from "axe-core";

/** The rules about colours. */
export const COLOURS = ["color-contrast", "link-in-text-block"];

/**
 * What axe finds wrong on the page as it stands, one readable paragraph each; empty when there is nothing.
 * @param {import("playwright-core").Page} page
 * @param {string[]} [rules] the rules to run; by default all of them
 */
export async function violations(page, rules = []) {
  // Not a script element: the page's content security policy would rightly refuse it.
  if (!(await page.evaluate(() => "axe" in globalThis))) {
    await page.evaluate(axe.source);
  }
  const options = { resultTypes: ["violations"], ...(rules.length > 0 && { runOnly: { type: "rule", values: rules } }) };
  const result = await page.evaluate((chosen) => globalThis.axe.run(document, chosen), options);
  return result.violations.map(describe);
}

/**
 * The same for a page of a window without JavaScript, in which axe cannot run either: it inspects a copy of what the
 * person sees, without its scripts, in a window opened by `openContext`.
 */
export async function violationsWithoutScripts(page, openContext) {
  const address = page.url().split("#")[0];
  const body = (await page.content())
    .replaceAll(/<script\b[^>]*>[\s\S]*?<\/script>/g, "")
    .replaceAll(/<\/?noscript[^>]*>/g, "");
  const context = await openContext();
  try {
    await context.addCookies(await page.context().cookies());
    const copy = await context.newPage();
    await copy.route(address, (route) => route.fulfill({ body, contentType: "text/html; charset=utf-8" }));
    await copy.goto(address);
    return await violations(copy);
  } finally {
    await context.close();
  }
}

function describe({ id, impact, help, nodes }) {
  const places = nodes.map(({ target, html, failureSummary }) =>
    [`  ${target.join(" ")}`, `    ${html}`, indent(failureSummary ?? "", "    ")].join("\n"),
  );
  return [`${id} (${impact}): ${help}`, ...places].join("\n");
}

function indent(text, by) {
  return text.split("\n").map((line) => by + line).join("\n");
}
