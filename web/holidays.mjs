// The public holidays of the countries that `date-holidays` knows and of their regions: one line of JSON for each country. Its data
// rest on Wikipedia's articles and are under CC BY-SA 3.0; whatever shows them names the source.
import { readdirSync } from "node:fs";
import Holidays from "date-holidays";

/** The years of which dates are worked out. */
export const YEARS = { first: 2026, last: 2035 };

const LANGUAGES = readdirSync(new URL("../locales", import.meta.url));

/** In UTC, by which the dates are worked out. */
const DAY = 24 * 3600 * 1000;

export function holidays() {
  const codes = Object.keys(new Holidays().getCountries("en")).sort();
  return codes.map((code) => `${JSON.stringify(country(code))}\n`).join("");
}

function country(code) {
  const all = new Holidays();
  const names = LANGUAGES.map((language) => [language, new Intl.DisplayNames([language], { type: "region" }).of(code)]);
  const regions = places(all, code);
  const found = new Map();
  for (const [region] of [["", ""], ...regions]) {
    for (const day of days(code, region)) {
      const { date, ...what } = day;
      const key = JSON.stringify(what);
      const dates = found.get(key) ?? found.set(key, new Map()).get(key);
      dates.set(date, [...(dates.get(date) ?? []), region]);
    }
  }
  return {
    code,
    names: Object.fromEntries(names),
    zones: new Holidays(code).getTimezones() ?? [],
    regions,
    holidays: [...found].flatMap(([what, dates]) => grouped(JSON.parse(what), dates, regions.length + 1)),
  };
}

/** Its parts and theirs, each as [code, name]. */
function places(all, code) {
  const states = Object.entries(all.getStates(code) ?? {});
  return states.flatMap(([state, name]) => {
    const within = Object.entries(all.getRegions(code, state) ?? {});
    return [[state, name], ...within.map(([region, its]) => [`${state}.${region}`, `${name}: ${its}`])];
  });
}

/** What is celebrated there, by its name in the first language of the place, and in English. */
function days(code, region) {
  const calendar = new Holidays(code, ...region.split(".").filter(Boolean), { types: ["public"], timezone: "UTC" });
  const [native = "en"] = calendar.getLanguages();
  // The same rule has the same name every year, and there is hardly a rule for single years only.
  const english = new Map();
  for (const year of [YEARS.first, YEARS.first + 1, YEARS.first + 2]) {
    for (const day of calendar.getHolidays(year, "en")) {
      english.set(`${day.rule} ${day.substitute}`, day.name);
    }
  }
  const found = [];
  for (let year = YEARS.first; year <= YEARS.last; year += 1) {
    for (const day of calendar.getHolidays(year, native)) {
      const from = day.date.slice(11, 16);
      const inEnglish = english.get(`${day.rule} ${day.substitute}`);
      found.push({
        date: day.date.slice(0, 10),
        name: day.name,
        english: inEnglish === day.name ? undefined : inEnglish,
        days: Math.max(1, Math.round((day.end - day.start) / DAY)),
        // From an hour of the day on, till its end.
        from: from === "00:00" ? undefined : from,
      });
    }
  }
  return found;
}

/** One entry for all dates on which the same places celebrate it; no list of places stands for all of them. */
function grouped(what, dates, every) {
  const groups = new Map();
  for (const [date, regions] of dates) {
    const key = JSON.stringify(regions);
    groups.set(key, [...(groups.get(key) ?? []), date]);
  }
  return [...groups].map(([regions, on]) => {
    const where = JSON.parse(regions);
    return { ...what, dates: on, regions: where.length === every ? undefined : where };
  });
}
