import { fresh } from "./once";

/**
 * A single key follows the link, presses the button or goes to the field that names it in `aria-keyshortcuts`, unless somebody is
 * typing or a dialog is open.
 */
export function shortcuts(root: ParentNode): void {
  for (const body of fresh<HTMLElement>(root, "body", "Shortcuts")) {
    body.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.key.length !== 1) return;
      const on = event.target instanceof Element ? event.target : body;
      if (on.closest("input:not([type=radio]), select, textarea, [contenteditable]") || document.querySelector("dialog[open]")) return;
      const link = document.querySelector<HTMLElement>(`[aria-keyshortcuts="${CSS.escape(event.key)}"]`);
      if (!link) return;
      event.preventDefault();
      if (link instanceof HTMLInputElement) {
        link.focus();
        link.select();
      } else link.click();
    });
  }
}
