import { fresh } from "./once";

/** `<form data-release>`: sent on its own when the page is left without another form of it, so that nobody waits in vain. */
export function releases(root: ParentNode): void {
  for (const form of fresh<HTMLFormElement>(root, "form[data-release]", "Release")) {
    let leaving = false;
    document.addEventListener("submit", () => (leaving = true));
    addEventListener("pagehide", () => {
      if (leaving) return;
      const data = [...new FormData(form)].map(([name, value]) => [name, String(value)]);
      navigator.sendBeacon(form.action, new URLSearchParams(data));
    });
  }
}
