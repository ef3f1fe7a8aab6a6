/**
 * Card readers that only a page can listen to: one that types like a keyboard, whatever has the focus, and the tablet's
 * own. What they read goes to the station, which says on its display what became of it.
 */
import type { ReaderConfig } from '../link/hardware.ts';
import type { StationCommands } from '../link/commands.ts';
import { uidOf, WedgeListener, type TypedKey } from './view/wedge.ts';

export interface NfcSource {
  /** Starts at the first touch: the browser asks for a gesture. `onRead`: the UID as it writes it, '' where it gives none. */
  scan(onRead: (serialNumber: string) => void): () => void;
}

export interface CardInputDeps {
  readonly commands: Pick<StationCommands, 'presentCard'>;
  /** The page's field with the focus: remembered when a number begins, and restored when it was a card. */
  readonly field: { remember(): void; restore(): void };
  /** The page's keys, before any field gets them; a key that `onKey` answers true for reaches none. */
  readonly keys: (onKey: (key: TypedKey) => boolean) => () => void;
  /** Null: this device has no reader, or this browser doesn't give it. */
  readonly nfc: NfcSource | null;
  readonly monotonicMs: () => number;
}

/** The same tag, seen again within this, still lies there. */
const SAME_MS = 2000;

type Keyboard = Extract<ReaderConfig, { kind: 'keyboard' }>;

export class CardInput {
  private configs: readonly ReaderConfig[] = [];
  private readonly wedge = new WedgeListener();
  private stopKeys: (() => void) | null = null;
  private stopNfc: (() => void) | null = null;
  private last: { readonly uid: string; readonly atMs: number } | null = null;

  constructor(private readonly deps: CardInputDeps) {}

  /** What the station's profile names now. */
  use(configs: readonly ReaderConfig[]): void {
    if (JSON.stringify(configs) === JSON.stringify(this.configs)) return;
    this.configs = configs;
    const keyboard = configs.some(({ kind }) => kind === 'keyboard');
    if (keyboard) this.stopKeys ??= this.deps.keys((key) => this.onKey(key));
    else this.stopKeys = stopped(this.stopKeys);
    const nfc = configs.some(({ kind }) => kind === 'webNfc');
    if (nfc) this.stopNfc ??= this.deps.nfc?.scan((serialNumber) => this.onTag(serialNumber)) ?? null;
    else this.stopNfc = stopped(this.stopNfc);
  }

  /** Whether the key was a reader's. */
  private onKey(key: TypedKey): boolean {
    const typed = this.wedge.take(key);
    switch (typed.kind) {
      case 'nothing': return false;
      case 'began': this.deps.field.remember(); return false;
      case 'typing': return true;
      case 'card': {
        // A number that no reader here writes so may be meant for the field.
        const config = this.configs.find((candidate): candidate is Keyboard => candidate.kind === 'keyboard' && uidOf(typed.digits, candidate.format) !== null);
        if (config === undefined) return false;
        this.deps.field.restore();
        this.present(uidOf(typed.digits, config.format) ?? '', config.type ?? 'ISO14443', config.evse);
        return true;
      }
    }
  }

  private onTag(serialNumber: string): void {
    const uid = serialNumber.replaceAll(/[^0-9A-Fa-f]/g, '').toUpperCase();
    const now = this.deps.monotonicMs();
    const known = this.last !== null && this.last.uid === uid && now - this.last.atMs < SAME_MS;
    this.last = { uid, atMs: now };
    if (known) return;
    const evse = this.configs.find(({ kind }) => kind === 'webNfc')?.evse;
    // NFC Forum tags of type 5 are ISO 15693; their UIDs have eight bytes, and begin with E0.
    this.present(uid, uid.length === 16 ? 'ISO15693' : 'ISO14443', evse);
  }

  private present(uid: string, type: 'ISO14443' | 'ISO15693' | 'Local', evse: number | undefined): void {
    // The display shows what became of it; a station that is just starting misses the card, and its driver taps again.
    void this.deps.commands.presentCard({ uid, type, ...(evse === undefined ? {} : { evse }) }).catch(() => undefined);
  }
}

function stopped(stop: (() => void) | null): null {
  stop?.();
  return null;
}
