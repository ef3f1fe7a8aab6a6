import { Signal, type Stop } from '../base/signal.ts';

export type LostWhy = 'unplugged' | 'failed' | 'closed';

/** Enough for any burst between opening a line and listening to it. */
const MAX_EARLY_BYTES = 65_536;

/**
 * The events of an open serial line, alike on every platform: bytes that come before anyone listens are kept, and who
 * asks late whether the line was lost is still told.
 */
export class SerialLineEvents {
  private readonly bytes = new Signal<Uint8Array>();
  private readonly lost = new Signal<{ readonly why: LostWhy; readonly detail: string }>();
  private early: Uint8Array[] = [];
  private earlyBytes = 0;
  private listeners = 0;
  private end: { readonly why: LostWhy; readonly detail: string } | null = null;

  get isLost(): boolean {
    return this.end !== null;
  }

  readonly onBytes = (listener: (bytes: Uint8Array) => void): Stop => {
    const stop = this.bytes.on(listener);
    this.listeners += 1;
    const early = this.early;
    this.early = [];
    for (const piece of early) listener(piece);
    let listening = true;
    return () => {
      if (listening) this.listeners -= 1;
      listening = false;
      stop();
    };
  };

  readonly onLost = (listener: (why: LostWhy, detail: string) => void): Stop => {
    const { end } = this;
    if (end === null) return this.lost.on(({ why, detail }) => listener(why, detail));
    let stopped = false;
    queueMicrotask(() => !stopped && listener(end.why, end.detail));
    return () => void (stopped = true);
  };

  receive(bytes: Uint8Array): void {
    if (this.end !== null || bytes.length === 0) return;
    if (this.listeners > 0) return this.bytes.emit(bytes);
    this.earlyBytes += bytes.length;
    if (this.earlyBytes <= MAX_EARLY_BYTES) this.early.push(bytes);
  }

  /** Ends the line; only the first call counts. */
  lose(why: LostWhy, detail: string): void {
    if (this.end !== null) return;
    this.end = { why, detail };
    this.lost.emit(this.end);
  }
}
