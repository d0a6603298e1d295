import { fresh } from "./once";

/** Where the focus goes in a dialog: to the first of these that it has. */
const FIRST = [
  "[autofocus]",
  "[aria-invalid=true], .dialog-body :is(input:not([type=hidden]), select, textarea)",
  ".dialog-body .btn",
];

/** Makes an open dialog modal: focus stays inside, and Escape or a click beside it goes where its close link goes. */
export function dialogs(root: ParentNode): void {
  for (const dialog of fresh<HTMLDialogElement>(root, "dialog[open]", "Dialog")) {
    const back = dialog.querySelector<HTMLAnchorElement>("[data-dialog-close]");
    dialog.removeAttribute("open");
    dialog.showModal();
    const leave = (): void => {
      if (back) back.click();
    };
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      leave();
    });
    dialog.addEventListener("mousedown", (event) => {
      if (event.target === dialog) leave();
    });
    const first = FIRST.map((selector) => dialog.querySelector<HTMLElement>(selector)).find((found) => found);
    (first ?? back)?.focus();
  }
  returnFocus();
}

const KEY = "kalends.opener";

/** Leaving a dialog opens the page again: the focus goes back to the link or button that led to it. */
function returnFocus(): void {
  if (document.querySelector("dialog[open]")) return;
  const left = sessionStorage.getItem(KEY);
  sessionStorage.removeItem(KEY);
  if (!left) return;
  const opener = [...document.querySelectorAll<HTMLElement>("a[href], button[data-dialog]")].find((one) => place(one) === left);
  opener?.focus({ preventScroll: true });
}

/** What tells an opener from the others: a link's address, or what a button adds to its form's. */
function place(opener: HTMLElement): string {
  return opener instanceof HTMLButtonElement ? `${opener.name}=${opener.value}` : (opener.getAttribute("href") ?? "");
}

document.addEventListener("click", (event) => {
  const opener = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-dialog]") : null;
  if (opener) sessionStorage.setItem(KEY, place(opener));
});
