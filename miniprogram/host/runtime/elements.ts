/** Makes an HTML element with attributes and children; the host's own drawing needs no more than this. */
export function el(tag: string, attributes: Record<string, string> = {}, ...children: (Node | string)[]): HTMLElement {
  const node = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value)
  node.append(...children)
  return node
}

/** Like `el`, and calls `act` when it is tapped. */
export function tappable(
  tag: string,
  attributes: Record<string, string>,
  act: () => void,
  ...children: (Node | string)[]
): HTMLElement {
  const node = el(tag, { tabindex: '0', ...attributes }, ...children)
  node.addEventListener('click', act)
  return node
}
