/** The elements under `root` that match and have not been given to this island before. */
export function fresh<E extends HTMLElement>(root: ParentNode, selector: string, island: string): E[] {
  const mark = `island${island}`;
  return [...root.querySelectorAll<E>(selector)].filter((element) => {
    if (mark in element.dataset) return false;
    element.dataset[mark] = "";
    return true;
  });
}
