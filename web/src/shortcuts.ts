import { fresh } from "./once";

/** A single letter follows the link that names it in `aria-keyshortcuts`, unless somebody is typing or a dialog is open. */
export function shortcuts(root: ParentNode): void {
  for (const body of fresh<HTMLElement>(root, "body", "Shortcuts")) {
    body.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.key.length !== 1) return;
      const on = event.target instanceof Element ? event.target : body;
      if (on.closest("input, select, textarea, [contenteditable]") || document.querySelector("dialog[open]")) return;
      const link = document.querySelector<HTMLElement>(`[aria-keyshortcuts="${CSS.escape(event.key)}"]`);
      if (!link) return;
      event.preventDefault();
      link.click();
    });
  }
}
