// Accessibility: every rule of axe-core, none excused.
import axe from "axe-core";

/** What axe finds wrong on the page as it stands, one readable paragraph each; empty when there is nothing. */
export async function violations(page) {
  // Not a script element: the page's content security policy would rightly refuse it.
  await page.evaluate(axe.source);
  const result = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
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
