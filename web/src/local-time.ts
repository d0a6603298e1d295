import { fresh } from "./once";

/** The reader's clock at an instant, where it differs from the clock in `zone`. */
export function timeHere(at: string, zone: string | undefined): string | undefined {
  const instant = new Date(at);
  if (Number.isNaN(instant.getTime()) || !zone) return undefined;
  const language = document.documentElement.lang;
  const form = { weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23", numberingSystem: "latn" } as const;
  const here = new Intl.DateTimeFormat(language, form).format(instant);
  const there = new Intl.DateTimeFormat(language, { ...form, timeZone: zone }).format(instant);
  return here === there ? undefined : here;
}

/**
 * `<span data-local-time="RFC 3339 instant" data-zone="Europe/Berlin" data-label="{time} where you are" hidden>`: shows
 * the reader's own time where their zone's clock differs from the place's at that instant.
 */
export function localTimes(root: ParentNode): void {
  for (const element of fresh(root, "[data-local-time]", "LocalTime")) {
    const { localTime = "", zone, label = "{time}" } = element.dataset;
    const here = timeHere(localTime, zone);
    if (here === undefined) continue;
    element.textContent = label.replace("{time}", here);
    element.hidden = false;
  }
}
