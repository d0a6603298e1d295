import { fresh } from "./once";

/** Messages can be closed; one that only confirms goes by itself. Re-inserting them makes screen readers say them. */
export function toasts(root: ParentNode): void {
  for (const region of fresh(root, ".toasts", "Toasts")) {
    const notices = [...region.children];
    if (notices.length > 0) {
      region.replaceChildren();
      setTimeout(() => region.append(...notices), 100);
    }
    region.addEventListener("click", (event) => {
      if (event.target instanceof Element) event.target.closest(".notice-close")?.closest(".notice")?.remove();
    });
  }
}
