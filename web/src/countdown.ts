import { fresh } from "./once";

/**
 * `<span data-countdown="RFC 3339 instant" data-countdown-label="Kept for {time}" data-countdown-over="…">`: counts the
 * minutes and seconds down, and says when the time is over. A clock that is wrong is corrected by `data-countdown-now`.
 */
export function countdowns(root: ParentNode): void {
  for (const element of fresh(root, "[data-countdown]", "Countdown")) {
    const { countdown = "", countdownNow, countdownLabel = "{time}", countdownOver = "" } = element.dataset;
    const skew = countdownNow ? Date.parse(countdownNow) - Date.now() : 0;
    const text = element.querySelector("[data-countdown-text]") ?? element;
    const show = (): void => {
      const left = Math.ceil((Date.parse(countdown) - Date.now() - skew) / 1000);
      if (left > 0) {
        const time = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
        text.textContent = countdownLabel.replace("{time}", time);
        return;
      }
      clearInterval(timer);
      text.textContent = countdownOver;
      element.dataset["over"] = "";
      element.setAttribute("role", "alert");
    };
    const timer = setInterval(() => (element.isConnected ? show() : clearInterval(timer)), 1000);
    show();
  }
}
