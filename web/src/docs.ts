// The reference of the API: Swagger UI without its own bar, and what it leaves out for those who hear the page or use no mouse.
declare function SwaggerUIBundle(options: Record<string, unknown>): unknown;

/** Gives every element that matches the attribute, unless it has one. */
function give(root: ParentNode, selector: string, name: string, value: (of: Element) => string): void {
  for (const element of root.querySelectorAll(`:is(${selector}):not([${name}])`)) element.setAttribute(name, value(element));
}

/** Completes whatever is there by now. */
function complete(root: ParentNode): void {
  // Below the title at once.
  give(root, "h3, h4, h5, h6", "aria-level", (heading) => String(Number(heading.tagName.slice(1)) - 1));
  const parameter = (field: Element): string => field.closest("tr")?.dataset["paramName"] ?? "";
  give(root, "tr[data-param-name] :is(select, input, textarea)", "aria-label", parameter);
  const said = (part: Element, what: string): string => part.closest(".opblock")?.querySelector(what)?.textContent ?? "";
  const operation = (part: Element): string => `${said(part, ".opblock-summary-method")} ${said(part, ".opblock-summary-path")}`;
  give(root, "[role=region]", "aria-label", operation);
  give(root, ".close-modal", "aria-label", () => "Close");
  give(root, ".copy-to-clipboard button", "aria-label", () => "Copy");
  give(root, "pre", "tabindex", () => "0");
  // Its name is another than the words on it.
  root.querySelector(".modal-btn[aria-label]")?.removeAttribute("aria-label");
}

const reference = document.querySelector("#reference");
if (reference) {
  new MutationObserver(() => complete(reference)).observe(reference, { childList: true, subtree: true });
  // Links to operations would stand inside the buttons that open them.
  SwaggerUIBundle({ url: "/api/openapi.json", domNode: reference, deepLinking: false });
}
