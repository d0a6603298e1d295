import { fresh } from "./once";

/** Arrow keys inside `[data-grid]` move between its links as the eye does: sideways, and to the nearest one above or below. */
export function timeKeys(root: ParentNode): void {
  for (const grid of fresh(root, "[data-grid]", "TimeKeys")) {
    grid.addEventListener("keydown", (event) => {
      const from = event.target;
      if (!(from instanceof HTMLElement) || !/^Arrow/.test(event.key) || from.matches("input, select, textarea")) return;
      const next = nearest(from, [...grid.querySelectorAll<HTMLElement>("a[href], button")], event.key);
      if (!next) return;
      event.preventDefault();
      next.focus();
    });
  }
}

function nearest(from: HTMLElement, all: HTMLElement[], key: string): HTMLElement | undefined {
  const here = from.getBoundingClientRect();
  const across = key === "ArrowLeft" || key === "ArrowRight";
  const sign = key === "ArrowLeft" || key === "ArrowUp" ? -1 : 1;
  let best: HTMLElement | undefined;
  let least = Infinity;
  for (const candidate of all) {
    const there = candidate.getBoundingClientRect();
    if (candidate === from || there.width === 0) continue;
    const dx = there.x + there.width / 2 - here.x - here.width / 2;
    const dy = there.y + there.height / 2 - here.y - here.height / 2;
    const ahead = (across ? dx : dy) * sign;
    if (ahead <= 1) continue;
    // Leaving the line costs more than going far along it.
    const distance = ahead + Math.abs(across ? dy : dx) * 3;
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best;
}
