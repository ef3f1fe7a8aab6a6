/** Runs in the page: what on the driver's display is cut off, overlaps, or is too small to hit or to read. */

export interface AuditLimits {
  /** Smallest side of a key, CSS pixels. */
  readonly targetPx: number;
  readonly textPx: number;
}

export function auditLayout({ targetPx, textPx }: AuditLimits): string[] {
  const problems: string[] = [];
  const screen = document.querySelector('main.screen');
  if (screen === null) return ['there is no screen'];
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth || root.scrollHeight > root.clientHeight) problems.push(`the page scrolls: ${root.scrollWidth}x${root.scrollHeight}`);
  const named = (element: Element): string => `${element.tagName.toLowerCase()}.${[...element.classList].filter((name) => !name.startsWith('svelte-')).join('.')} "${(element.textContent ?? '').trim().slice(0, 40)}"`;
  const isShown = (element: Element): boolean => {
    const style = getComputedStyle(element);
    const box = element.getBoundingClientRect();
    return style.visibility !== 'hidden' && style.display !== 'none' && box.width > 0 && box.height > 0;
  };
  /** The narrowest window through which an element is seen. */
  const windowOf = (element: Element): DOMRect => {
    let { left, top, right, bottom } = new DOMRect(0, 0, root.clientWidth, root.clientHeight);
    for (let parent: Element | null = element; parent !== null; parent = parent.parentElement) {
      if (getComputedStyle(parent).overflow === 'visible') continue;
      const box = parent.getBoundingClientRect();
      left = Math.max(left, box.left);
      top = Math.max(top, box.top);
      right = Math.min(right, box.right);
      bottom = Math.min(bottom, box.bottom);
    }
    return new DOMRect(left, top, right - left, bottom - top);
  };
  const covered = document.querySelector('[data-testid="rest"]');
  const texts: { element: Element; box: DOMRect }[] = [];
  const walker = document.createTreeWalker(covered ?? screen, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const element = node.parentElement;
    if (element === null || (node.textContent ?? '').trim() === '' || !isShown(element) || element.closest('.unseen') !== null) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const view = windowOf(element);
    const size = parseFloat(getComputedStyle(element).fontSize);
    if (size < textPx - 0.1) problems.push(`too small to read, ${size.toFixed(1)} px: ${named(element)}`);
    for (const line of range.getClientRects()) {
      // A line's box is taller than its letters.
      const slack = line.height * 0.2;
      if (line.left < view.left - 1.5 || line.right > view.right + 1.5 || line.top + slack < view.top - 1 || line.bottom - slack > view.bottom + 1) {
        problems.push(`cut off: ${named(element)}`);
        break;
      }
      texts.push({ element, box: new DOMRect(line.left + 1, line.top + line.height * 0.28, Math.max(0, line.width - 2), line.height * 0.44) });
    }
  }
  texts.forEach((one, index) => {
    const other = texts.slice(index + 1).find(({ element, box }) => element !== one.element && meet(box, one.box));
    if (other !== undefined) problems.push(`written over each other: ${named(one.element)} and ${named(other.element)}`);
  });
  const frame = [...document.querySelectorAll('[data-fit], .inner, .talk, .keys, .help')].filter((element) => isShown(element) && (element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1));
  for (const element of frame) problems.push(`overflows by ${element.scrollWidth - element.clientWidth}, ${element.scrollHeight - element.clientHeight}: ${named(element)}`);
  const keys = (covered === null ? [...screen.querySelectorAll('button')] : []).filter(isShown).map((key) => ({ key, box: key.getBoundingClientRect() }));
  keys.forEach(({ key, box }, index) => {
    if (Math.min(box.width, box.height) < targetPx - 0.5) problems.push(`too small to hit, ${box.width.toFixed(0)}x${box.height.toFixed(0)}: ${named(key)}`);
    if (box.left < -0.5 || box.top < -0.5 || box.right > root.clientWidth + 0.5 || box.bottom > root.clientHeight + 0.5) problems.push(`off the screen: ${named(key)}`);
    const other = keys.slice(index + 1).find((candidate) => meet(candidate.box, box));
    if (other !== undefined) problems.push(`keys over each other: ${named(key)} and ${named(other.key)}`);
  });
  return problems;

  function meet(a: DOMRect, b: DOMRect): boolean {
    return Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
  }
}
