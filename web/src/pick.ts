import { fresh } from "./once";

/**
 * `<div data-pick>`: a search box over `[data-pick-list]`, a list of links. Typing narrows the list; with an address
 * (`data-pick="/desk/patients"`) the list is asked for there. Enter follows the first link, arrow keys move among them.
 */
export function picks(root: ParentNode): void {
  for (const box of fresh(root, "[data-pick]", "Pick")) {
    const input = box.querySelector<HTMLInputElement>("input[type=search]");
    const list = box.querySelector<HTMLElement>("[data-pick-list]");
    if (!input || !list) continue;
    const links = (): HTMLAnchorElement[] =>
      [...list.querySelectorAll<HTMLAnchorElement>("a[href]")].filter((link) => !link.closest("[hidden]"));
    const mark = (): void => {
      for (const link of list.querySelectorAll("[data-first]")) link.removeAttribute("data-first");
      links()[0]?.setAttribute("data-first", "");
    };
    const update = box.dataset["pick"] ? asking(input, list, box.dataset["pick"], mark) : narrowing(input, list, mark);

    let answered = Promise.resolve();
    input.addEventListener("input", () => (answered = update()));
    input.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown" && links()[0]) {
        event.preventDefault();
        links()[0]?.focus();
      } else if (event.key === "Enter" && !event.isComposing) {
        event.preventDefault();
        void answered.then(() => (links()[0] ? links()[0]?.click() : input.form?.requestSubmit()));
      } else if (event.key === "Escape") {
        input.blur();
      }
    });
    list.addEventListener("keydown", (event) => {
      const all = links();
      const at = all.findIndex((link) => link === event.target);
      const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
      if (at < 0 || step === 0) return;
      event.preventDefault();
      (all[at + step] ?? (step < 0 ? input : all[at]))?.focus();
    });
    if (input.value || !box.dataset["pick"]) mark();
    // A box that is shown to scripts alone was hidden when the browser looked for what begins with the focus.
    if (input.autofocus && document.activeElement === document.body) input.focus();
  }
}

/** Letters without their accents, in small. */
function plain(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

/** Hides what has no word that begins so; what itself begins so comes first. */
function narrowing(input: HTMLInputElement, list: HTMLElement, mark: () => void): () => Promise<void> {
  const items = [...list.querySelectorAll("li")].map((item) => {
    const text = plain(item.querySelector("strong")?.textContent ?? "");
    return { item, text, parts: text.split(/\s+/) };
  });
  return async () => {
    const typed = plain(input.value.trim());
    const words = typed.split(/\s+/);
    for (const { item, parts } of items) item.hidden = !words.every((word) => parts.some((part) => part.startsWith(word)));
    const begins = items.filter(({ text }) => text.startsWith(typed));
    for (const { item } of [...begins, ...items.filter((it) => !begins.includes(it))]) item.parentElement?.append(item);
    mark();
  };
}

/** Asks for what fits, a moment after the last letter; an answer that a later question overtook is dropped. */
function asking(input: HTMLInputElement, list: HTMLElement, address: string, mark: () => void): () => Promise<void> {
  let latest = 0;
  return async () => {
    const question = ++latest;
    await new Promise((resolve) => setTimeout(resolve, 120));
    if (question !== latest) return;
    const fields = new FormData(input.form ?? undefined);
    const query = new URLSearchParams([...fields].map(([name, value]) => [name, String(value)]));
    const response = await fetch(`${address}?${query}`, { headers: { "hx-request": "true" } });
    const html = response.ok ? await response.text() : "";
    if (question !== latest) return;
    list.innerHTML = input.value.trim() ? html : "";
    mark();
  };
}
