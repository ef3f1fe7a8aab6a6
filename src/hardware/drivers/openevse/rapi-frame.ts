/** RAPI on the wire: `$` command, tokens, optional ` :SS` sequence id, `^XX` XOR checksum, CR. Pure. */

export type RapiFrame =
  | { readonly kind: 'reply'; readonly ok: boolean; readonly tokens: readonly string[]; readonly sequence: string | null; readonly line: string }
  /** Sent by the controller on its own: $AB, $AT, $AN, $WF, and $ST of old firmware. */
  | { readonly kind: 'event'; readonly name: string; readonly tokens: readonly string[]; readonly line: string };

/** The controller's buffer: `$` and at most 30 characters before CR. A longer line is dropped without a reply. */
export const MAX_LINE = 31;
const CR = 0x0d;
const LF = 0x0a;
const DOLLAR = 0x24;
/** A line that grows beyond any frame is noise. */
const MAX_NOISE = 200;
const EVENTS = new Set(['AB', 'AT', 'AN', 'WF', 'ST']);

export function checksum(text: string): string {
  let value = 0;
  for (let index = 0; index < text.length; index++) value ^= text.charCodeAt(index) & 0xff;
  return value.toString(16).toUpperCase().padStart(2, '0');
}

/** @param sequence 01..FF, or null for firmware that knows none */
export function commandLine(command: string, sequence: string | null): string {
  const body = `$${command}${sequence === null ? '' : ` :${sequence}`}`;
  return `${body}^${checksum(body)}`;
}

/** Null: stray text, or a frame that was damaged on the way. */
export function parseLine(line: string): RapiFrame | null {
  if (!line.startsWith('$')) return null;
  const caret = line.lastIndexOf('^');
  if (caret < 0 || line.slice(caret + 1).toUpperCase() !== checksum(line.slice(0, caret))) return null;
  const body = line.slice(1, caret);
  const name = body.slice(0, 2);
  if (body.length > 2 && body[2] !== ' ') return null;
  // The MCU id ($GI) holds raw bytes, spaces among them: tokens are split at single spaces and empty ones kept out.
  const tokens = body.slice(2).split(' ').filter((token) => token !== '');
  if (name === 'OK' || name === 'NK') {
    const last = tokens.at(-1);
    const sequence = last !== undefined && /^:[0-9A-F]{2}$/i.test(last) ? last.slice(1).toUpperCase() : null;
    return { kind: 'reply', ok: name === 'OK', tokens: sequence === null ? tokens : tokens.slice(0, -1), sequence, line };
  }
  return EVENTS.has(name) ? { kind: 'event', name, tokens, line } : null;
}

/** Cuts a stream of bytes into lines: a `$` begins anew, CR ends, everything else between frames is stray text. */
export class RapiFramer {
  private buffer: number[] = [];

  /** @returns the lines completed by these bytes, without CR; stray text comes too, so that it can be logged */
  push(bytes: Uint8Array): string[] {
    const lines: string[] = [];
    for (const byte of bytes) {
      if (byte === CR || byte === LF) this.flush(lines);
      else {
        if (byte === DOLLAR) this.flush(lines);
        this.buffer.push(byte);
        if (this.buffer.length > MAX_NOISE) this.flush(lines);
      }
    }
    return lines;
  }

  private flush(lines: string[]): void {
    if (this.buffer.length > 0) lines.push(String.fromCharCode(...this.buffer));
    this.buffer = [];
  }
}

export function toBytes(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0) & 0xff);
}
