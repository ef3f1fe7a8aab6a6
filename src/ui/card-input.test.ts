import { beforeEach, describe, expect, it } from 'vitest';
import type { ReaderConfig } from '../link/hardware.ts';
import { CardInput } from './card-input.ts';
import type { TypedKey } from './view/wedge.ts';

const KEYBOARD: ReaderConfig = { kind: 'keyboard', format: { digits: 'hexadecimal', byteOrder: 'asRead' }, evse: 2 };
const NFC: ReaderConfig = { kind: 'webNfc' };

let presented: unknown[];
let field: { value: string; kept: string };
let onKey: ((key: TypedKey) => boolean) | null;
let onRead: ((serialNumber: string) => void) | null;
let nowMs: number;
let input: CardInput;

beforeEach(() => {
  presented = [];
  field = { value: '', kept: '' };
  onKey = null;
  onRead = null;
  nowMs = 0;
  input = new CardInput({
    commands: { presentCard: (card) => (presented.push(card), Promise.resolve({ status: 'Accepted', by: 'csms' })) },
    field: { remember: () => (field.kept = field.value), restore: () => (field.value = field.kept) },
    keys: (listener) => ((onKey = listener), () => (onKey = null)),
    nfc: { scan: (listener) => ((onRead = listener), () => (onRead = null)) },
    monotonicMs: () => nowMs,
  });
});

/** As a page: what no reader claims goes into the field. */
function type(keys: readonly string[], everyMs: number): void {
  for (const key of keys) {
    nowMs += everyMs;
    const claimed = onKey?.({ key, atMs: nowMs, held: false }) ?? false;
    if (!claimed && key.length === 1) field.value += key;
  }
}

describe('a reader that types', () => {
  it('is listened to only where the profile names one', () => {
    input.use([NFC]);
    expect(onKey).toBeNull();
    input.use([KEYBOARD]);
    expect(onKey).not.toBeNull();
    expect(onRead).toBeNull();
    input.use([]);
    expect(onKey).toBeNull();
  });
  it('its number goes to the station, and leaves nothing in the field that had the focus', () => {
    input.use([KEYBOARD]);
    field.value = 'my text ';
    type([...'04a1b2c3d4e580', 'Enter'], 6);
    expect(presented).toEqual([{ uid: '04A1B2C3D4E580', type: 'ISO14443', evse: 2 }]);
    expect(field.value).toBe('my text ');
  });
  it('what a person types stays', () => {
    input.use([KEYBOARD]);
    type([...'1234567890', 'Enter'], 120);
    expect(presented).toEqual([]);
    expect(field.value).toBe('1234567890');
  });
  it('two readers that write differently: each its own format; the type may be set', () => {
    input.use([{ kind: 'keyboard', format: { digits: 'decimal', byteOrder: 'asRead', uidBytes: 4 } }, { ...KEYBOARD, type: 'ISO15693' }]);
    type([...'0077705923', 'Enter'], 6);
    nowMs += 500;
    type([...'E004015011223344', 'Enter'], 6);
    expect(presented).toEqual([{ uid: '04A1B2C3', type: 'ISO14443' }, { uid: 'E004015011223344', type: 'ISO15693', evse: 2 }]);
  });
});

describe('the tablet\'s own reader', () => {
  it('writes the number as OCPP does, once as long as the tag lies there', () => {
    input.use([NFC]);
    for (let read = 0; read < 5; read++) {
      onRead?.('04:a1:b2:c3:d4:e5:80');
      nowMs += 500;
    }
    nowMs += 5000;
    onRead?.('04:a1:b2:c3:d4:e5:80');
    onRead?.('e0:04:01:50:11:22:33:44');
    expect(presented).toEqual([
      { uid: '04A1B2C3D4E580', type: 'ISO14443' }, { uid: '04A1B2C3D4E580', type: 'ISO14443' }, { uid: 'E004015011223344', type: 'ISO15693' },
    ]);
  });
  it('a tag that gives no number is told to the station as one that couldn\'t be read', () => {
    input.use([NFC]);
    onRead?.('');
    expect(presented).toEqual([{ uid: '', type: 'ISO14443' }]);
  });
});
