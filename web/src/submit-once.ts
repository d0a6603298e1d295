/** A second click on a button whose form is on its way does nothing. Coming back to the page makes it usable again. */
export function submitOnce(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || form.method !== "post") return;
    if ("sent" in form.dataset) {
      event.preventDefault();
      return;
    }
    form.dataset["sent"] = "";
    // Not disabled: a disabled button's name and value would not be sent.
    if (event.submitter) event.submitter.setAttribute("data-busy", "");
  });
  const release = (): void => {
    for (const form of document.querySelectorAll<HTMLFormElement>("form[data-sent]")) delete form.dataset["sent"];
    for (const button of document.querySelectorAll("[data-busy]")) button.removeAttribute("data-busy");
  };
  addEventListener("pageshow", release);
  document.addEventListener("htmx:finally:request", release);
}
