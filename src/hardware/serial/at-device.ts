/**
 * AT commands on a serial line: `AT+X?` is answered by `+X=…` and OK, `AT+X=v` by OK or ERROR. There is no checksum, and
 * lines may come that nobody asked for, so an answer counts only with the name that was asked for, and with an end.
 */
import { KerbsideError } from '../../base/errors.ts';
import type { Bus } from './bus.ts';
import { MORE, type Framed, type Framing } from './framing.ts';

const LF = 0x0a;
const CR = 0x0d;
/** Longer than any answer; a line that doesn't end isn't one. */
const MAX_LINE = 256;
const GAP_MS = 5;
const NAME = /^AT(\+[A-Z0-9]+)(\?|=|$)/;

interface Line { readonly text: string; readonly end: number }

export const atFraming: Framing = { look };

function look(bytes: Uint8Array, request: Uint8Array): Framed {
  const [, name = '', kind = ''] = NAME.exec(ascii(request).trim()) ?? [];
  const reads = kind === '?';
  let found = false;
  let from = 0;
  for (let line = nextLine(bytes, 0); line !== null; line = nextLine(bytes, line.end)) {
    const { text, end } = line;
    const isValue = reads && text.startsWith(`${name}=`);
    if (isValue) found = true;
    else if (text === 'ERROR' || (text === 'OK' && (!reads || found))) return { kind: 'frame', length: end };
    // An OK without the value belongs to something else; so does any other line. What was found stays where it is.
    else if (!found && text !== '') return { kind: 'garbage', skip: end };
    from = end;
  }
  return bytes.length - from > MAX_LINE ? { kind: 'garbage', skip: bytes.length } : MORE;
}

/** Up to its LF, without CRs at either end. Null: it hasn't ended yet. */
function nextLine(bytes: Uint8Array, from: number): Line | null {
  const at = bytes.indexOf(LF, from);
  if (at === -1) return null;
  let start = from;
  let stop = at;
  while (start < stop && bytes[start] === CR) start += 1;
  while (stop > start && bytes[stop - 1] === CR) stop -= 1;
  return { text: ascii(bytes.subarray(start, stop)), end: at + 1 };
}

function ascii(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes.subarray(0, MAX_LINE));
}

/** Every method throws KerbsideError `NoReply` | `PortLost`, or as it says. */
export class AtDevice {
  constructor(readonly bus: Bus, private readonly attempts?: number) {}

  /** Values of `AT+name?`, unquoted; null: it says ERROR. @throws KerbsideError `BadAtReply` */
  async query(name: string): Promise<readonly string[] | null> {
    const answer = await this.ask(`AT+${name}?`);
    if (answer.at(-1) === 'ERROR') return null;
    const line = answer.find((text) => text.startsWith(`+${name}=`));
    if (line === undefined) throw new KerbsideError('BadAtReply', `no +${name} in the answer`);
    return line.slice(name.length + 2).split(',').map((part) => part.replace(/^"(.*)"$/, '$1'));
  }

  /** Whole numbers of `AT+name?`; null: it says ERROR. @throws KerbsideError `BadAtReply` for anything else than numbers */
  async numbers(name: string): Promise<readonly number[] | null> {
    const values = await this.query(name);
    if (values === null) return null;
    if (!values.every((value) => /^-?\d{1,10}$/.test(value))) throw new KerbsideError('BadAtReply', `+${name}=${values.join(',')}`);
    return values.map(Number);
  }

  /**
   * `AT+name=value`, read back: there is no checksum on this line.
   * @throws KerbsideError `Refused`: it says ERROR, or holds something else afterwards
   */
  async set(name: string, value: number): Promise<void> {
    if ((await this.ask(`AT+${name}=${value}`)).at(-1) !== 'OK') throw new KerbsideError('Refused', `AT+${name}=${value}`);
    const [holds] = (await this.numbers(name)) ?? [];
    if (holds !== value) throw new KerbsideError('Refused', `AT+${name}=${value} left ${holds ?? 'nothing'}`);
  }

  /** `AT+name`. @throws KerbsideError `Refused` */
  async run(name: string): Promise<void> {
    if ((await this.ask(`AT+${name}`)).at(-1) !== 'OK') throw new KerbsideError('Refused', `AT+${name}`);
  }

  private async ask(command: string): Promise<readonly string[]> {
    const request = new TextEncoder().encode(`${command}\r\n`);
    const frame = await this.bus.exchange(request, { framing: atFraming, gapMs: GAP_MS, ...(this.attempts === undefined ? {} : { attempts: this.attempts }) });
    return new TextDecoder().decode(frame).split(/[\r\n]+/).filter((line) => line !== '');
  }
}
