import { fresh } from "./once";

/**
 * `<textarea data-keep="KEY">`: what is typed comes back when the page is opened again in this tab, as after choosing another
 * time or signing in anew, until a page with `data-forget="KEY"` says that it has arrived.
 */
export function keptTexts(root: ParentNode): void {
  for (const done of fresh(root, "[data-forget]", "Forget")) sessionStorage.removeItem(name(done.dataset["forget"]));
  for (const field of fresh<HTMLTextAreaElement>(root, "textarea[data-keep]", "Keep")) {
    const key = name(field.dataset["keep"]);
    if (field.value === "") field.value = sessionStorage.getItem(key) ?? "";
    field.addEventListener("input", () => sessionStorage.setItem(key, field.value));
  }
}

function name(key: string | undefined): string {
  return `kalends.${key ?? ""}`;
}
