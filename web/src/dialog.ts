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

/** Leaving a dialog opens the page again: the focus goes back to the link that led to it. */
function returnFocus(): void {
  if (document.querySelector("dialog[open]")) return;
  const href = sessionStorage.getItem(KEY);
  sessionStorage.removeItem(KEY);
  if (!href) return;
  for (const link of document.querySelectorAll<HTMLAnchorElement>("a[href]")) {
    if (link.getAttribute("href") === href) {
      link.focus({ preventScroll: true });
      break;
    }
  }
}

document.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>("a[data-dialog]") : null;
  if (link) sessionStorage.setItem(KEY, link.getAttribute("href") ?? "");
});
