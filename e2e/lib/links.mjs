// Where a page leads: one address of each kind, so that a walk along them sees everything once.

/** Parts of an address that choose among pages of one kind, put rows into another order, or lead back. */
const SAME = ["cursor", "date", "find", "from", "lang", "location", "month", "on", "order", "return_to", "sort", "time", "to", "with"];
/** The same in a calendar, where it says whose. */
const WHOSE = "provider";
/** Parts that open something over a page, whichever page that is. */
const OVER = ["appointment", "block", "day", "do", "generate", "opening", "slot", "why"];

/** The addresses that the links and the search forms of the page name, each with its kind. */
export async function links(page) {
  const found = await page.evaluate(() => {
    const links = [...document.querySelectorAll("a[href^='/']")].map((link) => ({
      href: link.getAttribute("href"),
      state: [...link.classList].find((name) => name.startsWith("is-")) ?? "",
    }));
    const buttons = [...document.querySelectorAll("form[method=get] button:not([type=button])")].map((button) => {
      const answers = [...new FormData(button.form, button)].filter(([, value]) => value !== "");
      return { href: `${button.form.getAttribute("action")}?${new URLSearchParams(answers)}`, state: "" };
    });
    return [...links, ...buttons];
  });
  return found.map(({ href, state }) => ({ href, kind: kindOf(href, state) }));
}

/** What addresses of the same kind of page have in common. */
export function kindOf(href, state = "") {
  const url = new URL(href, "http://site");
  const place = url.pathname.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "ID");
  const same = place.endsWith("/calendar") ? [...SAME, WHOSE] : SAME;
  const pairs = [...url.searchParams].filter(([name, value]) => value !== "" && !same.includes(name));
  const over = pairs.filter(([name]) => OVER.includes(name));
  const told = (over.length > 0 ? over : pairs)
    .filter(([name]) => name !== "day" || over.length === 1)
    .map(([name, value]) => (/^[a-z_]+$|^1$/.test(value) && name !== "q" ? `${name}=${value}` : name))
    .sort();
  return [place, told.join("&"), over.length > 0 ? state : ""].join(" ").trim();
}
