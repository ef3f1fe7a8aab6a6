/** RDM6300: 125 kHz EM4100 cards. It only talks: STX, ten hex digits, their XOR, ETX, again and again while a card is there. */
import type { Found, ReaderModel } from './serial-reader.ts';

const STX = 0x02;
const ETX = 0x03;
const LENGTH = 14;

export function rdm6300(): ReaderModel {
  const assembler = new Rdm6300Assembler();
  return {
    line: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
    facts: { vendor: 'RDM', model: '6300' },
    goneMs: 1000,
    // EM4100 is none of the standards that OCPP has a name for.
    hear: (bytes) => assembler.take(bytes).map((uid): Found => ({ uid, type: 'Local' })),
  };
}

/** Bytes come in any pieces; frames are told by their ends and their checksum. */
export class Rdm6300Assembler {
  private buffer: number[] = [];

  take(bytes: Uint8Array): readonly (readonly number[])[] {
    const found: (readonly number[])[] = [];
    for (const byte of bytes) {
      this.buffer.push(byte);
      while (this.buffer.length > 0 && this.buffer[0] !== STX) this.buffer.shift();
      if (this.buffer.length < LENGTH) continue;
      const id = decoded(this.buffer);
      if (id === null) this.buffer.shift();
      else {
        found.push(id);
        this.buffer = [];
      }
      while (this.buffer.length > 0 && this.buffer[0] !== STX) this.buffer.shift();
    }
    return found;
  }
}

/** Version and number, five bytes; null: no frame. */
function decoded(frame: readonly number[]): readonly number[] | null {
  if (frame[LENGTH - 1] !== ETX) return null;
  const digits = String.fromCharCode(...frame.slice(1, LENGTH - 1));
  if (!/^[0-9A-Fa-f]{12}$/.test(digits)) return null;
  const bytes = (digits.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16));
  const id = bytes.slice(0, 5);
  return id.reduce((xor, byte) => xor ^ byte, 0) === bytes[5] ? id : null;
}
