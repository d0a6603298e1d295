import { fresh } from "./once";

/**
 * `<span data-local-time="RFC 3339 instant" data-zone="Europe/Berlin" data-label="{time} where you are" hidden>`: shows
 * the reader's own time where their zone's clock differs from the place's at that instant.
 */
export function localTimes(root: ParentNode): void {
  for (const element of fresh(root, "[data-local-time]", "LocalTime")) {
    const { localTime = "", zone, label = "{time}" } = element.dataset;
    const instant = new Date(localTime);
    if (Number.isNaN(instant.getTime()) || !zone) continue;
    const language = document.documentElement.lang;
    const form = { weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23", numberingSystem: "latn" } as const;
    const here = new Intl.DateTimeFormat(language, form).format(instant);
    const there = new Intl.DateTimeFormat(language, { ...form, timeZone: zone }).format(instant);
    if (here === there) continue;
    element.textContent = label.replace("{time}", here);
    element.hidden = false;
  }
}
