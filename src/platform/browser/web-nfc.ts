/** Web NFC (Chrome for Android): the tablet's own reader. It gives UIDs of tags that hold an NDEF message, or can. */

interface NdefReader extends EventTarget {
  scan(options: { readonly signal: AbortSignal }): Promise<void>;
}
interface ReadingEvent extends Event { readonly serialNumber?: string }
type NdefReaderClass = new () => NdefReader;

/** Null: this browser has none. */
export function webNfc(): { scan(onRead: (serialNumber: string) => void): () => void } | null {
  const Reader = (globalThis as { NDEFReader?: NdefReaderClass }).NDEFReader;
  return Reader === undefined ? null : { scan: (onRead) => scan(Reader, onRead) };
}

/** The browser asks for its user's leave at the first touch; once given, it lasts. */
function scan(Reader: NdefReaderClass, onRead: (serialNumber: string) => void): () => void {
  const ending = new AbortController();
  const { signal } = ending;
  let scanning = false;
  const begin = (): void => {
    if (scanning || signal.aborted) return;
    scanning = true;
    const reader = new Reader();
    reader.addEventListener('reading', (event: ReadingEvent) => onRead(event.serialNumber ?? ''), { signal });
    // A tag without an NDEF message, or one that was taken away too soon: it has no number for us.
    reader.addEventListener('readingerror', () => onRead(''), { signal });
    reader.scan({ signal }).catch(() => {
      scanning = false; // refused, or NFC is switched off: the next touch asks again
    });
  };
  window.addEventListener('pointerdown', begin, { signal });
  begin(); // with leave given earlier it starts without a touch
  return () => ending.abort();
}
