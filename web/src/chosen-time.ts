import { timeHere } from "./local-time";
import { fresh } from "./once";

/**
 * `<form data-choice>`: `[data-chosen]` in it repeats the time that is chosen, in the words of the radio button's
 * `data-summary`, and `[data-chosen-here]` the reader's own clock at that instant where it differs from `data-zone`'s.
 */
export function chosenTimes(root: ParentNode): void {
  for (const form of fresh<HTMLFormElement>(root, "form[data-choice]", "Choice")) {
    const text = form.querySelector<HTMLElement>("[data-chosen]");
    const here = form.querySelector<HTMLElement>("[data-chosen-here]");
    const show = (): void => {
      const chosen = form.querySelector<HTMLInputElement>("input[type=radio][data-summary]:checked");
      if (!chosen || !text) return;
      const { summary = "", instant = "" } = chosen.dataset;
      text.textContent = summary;
      if (!here) return;
      const time = timeHere(instant, here.dataset["zone"]);
      here.textContent = (here.dataset["label"] ?? "{time}").replace("{time}", time ?? "");
      here.hidden = time === undefined;
    };
    form.addEventListener("change", show);
    show();
  }
}
