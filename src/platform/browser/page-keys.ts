/** The page's keys before any field gets them, and the field that had the focus. For a card reader that types. */

export interface PageKey { readonly key: string; readonly atMs: number; readonly held: boolean }

/** @param onKey answers whether the key was a reader's: then nobody else gets it. @returns how to stop */
export function listenToKeys(onKey: (key: PageKey) => boolean): () => void {
  const listener = (event: KeyboardEvent): void => {
    const held = event.ctrlKey || event.altKey || event.metaKey || event.repeat || event.isComposing;
    if (!onKey({ key: event.key, atMs: event.timeStamp, held })) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  window.addEventListener('keydown', listener, { capture: true });
  return () => window.removeEventListener('keydown', listener, { capture: true });
}

type Field = HTMLInputElement | HTMLTextAreaElement;

/** A reader's first keys may have gone into the field with the focus before anybody knew: they are taken out again. */
export class FocusedField {
  private kept: { readonly field: Field; readonly value: string } | null = null;

  remember(): void {
    const field = document.activeElement;
    this.kept = field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement ? { field, value: field.value } : null;
  }

  restore(): void {
    const { kept } = this;
    this.kept = null;
    if (kept === null || kept.field.value === kept.value) return;
    kept.field.value = kept.value;
    kept.field.dispatchEvent(new Event('input', { bubbles: true }));
  }
}
