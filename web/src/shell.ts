const YEAR = 60 * 60 * 24 * 365;
const WIDE = "(min-width: 56rem)";

/** The sidebar remembers whether it is folded; menus close on Escape and on a click elsewhere. */
export function shell(): void {
  const fold = document.querySelector<HTMLInputElement>("#fold");
  // On a narrow screen the same box opens the sidebar, so what a wide one remembered does not hold.
  if (fold?.checked && !matchMedia(WIDE).matches) fold.checked = false;
  fold?.addEventListener("change", () => {
    if (!matchMedia(WIDE).matches) return;
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `sidebar=${fold.checked ? "folded" : "open"}; Path=/; Max-Age=${YEAR}; SameSite=Lax${secure}`;
  });

  document.addEventListener("click", (event) => {
    for (const menu of openMenus()) if (event.target instanceof Node && !menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of openMenus()) {
      menu.open = false;
      menu.querySelector("summary")?.focus();
    }
  });
}

function openMenus(): NodeListOf<HTMLDetailsElement> {
  return document.querySelectorAll<HTMLDetailsElement>("details.menu[open]");
}
