/** NXP PN532 on a serial line: 13.56 MHz, ISO 14443 A and B. Asked for a card several times a second. */
import { KerbsideError } from '../../../base/errors.ts';
import type { Bus } from '../../serial/bus.ts';
import type { Found, ReaderModel } from './serial-reader.ts';
import { answerOf, encodePn532, pn532Framing } from './pn532-frame.ts';

/** It sleeps after power-up, and at the end of each silence on some boards: 55, and zeros while it wakes. */
const WAKE_UP = [0x55, 0x55, ...Array.from({ length: 14 }, () => 0x00)];
const GET_FIRMWARE = [0x02];
const SAM_NORMAL = [0x14, 0x01, 0x00, 0x01];
/** Else it looks for a card until there is one, and answers nothing meanwhile: this often at most. */
const FEW_RETRIES = [0x32, 0x05, 0xff, 0x01, 0x04];
export const FIND_A = [0x4a, 0x01, 0x00];
/** AFI 00: cards of any application. */
const FIND_B = [0x4a, 0x01, 0x03, 0x00];
const RELEASE = [0x52, 0x00];
const IC = 0x32;

export function pn532(): ReaderModel {
  let turn = 0;
  /** A card may be selected of which nobody knows: its answer was lost. */
  let selected = true;
  return {
    line: { baudRate: 115_200, dataBits: 8, parity: 'none', stopBits: 1 },
    facts: { vendor: 'NXP', model: 'PN532' },
    goneMs: 1500,
    pollMs: 150,
    begin: async (bus) => {
      await ask(bus, SAM_NORMAL, WAKE_UP);
      const [ic = 0, version = 0, revision = 0] = await ask(bus, GET_FIRMWARE);
      if (ic !== IC) throw new KerbsideError('WrongDevice', `the chip says 0x${ic.toString(16)}`);
      await ask(bus, FEW_RETRIES);
      return { firmware: `${version}.${revision}` };
    },
    poll: async (bus) => {
      // Let go, or it isn't found again while it lies there.
      if (selected) await ask(bus, RELEASE);
      selected = true;
      turn = (turn + 1) % 2;
      const found = turn === 1 ? typeA(await ask(bus, FIND_A)) : typeB(await ask(bus, FIND_B));
      selected = found !== null;
      return found;
    },
  };
}

/** @throws KerbsideError `NoReply` | `PortLost` | `ReaderRefused` */
async function ask(bus: Bus, command: readonly number[], before: readonly number[] = []): Promise<readonly number[]> {
  const request = Uint8Array.of(...before, ...encodePn532(command));
  const answer = answerOf(await bus.exchange(request, { framing: pn532Framing, firstByteMs: 200, betweenMs: 500, gapMs: 2, attempts: 2 }));
  if (answer === null) throw new KerbsideError('ReaderRefused', `the chip refuses command 0x${(command[0] ?? 0).toString(16)}`);
  return answer;
}

/** NbTg Tg SENS_RES(2) SEL_RES UIDlen UID. */
export function typeA([count = 0, , , , , length = 0, ...rest]: readonly number[]): Found | null {
  return count === 0 || length === 0 || rest.length < length ? null : { uid: rest.slice(0, length), type: 'ISO14443' };
}

/** NbTg Tg ATQB: 50, PUPI(4), application data, protocol info. */
export function typeB([count = 0, , head = 0, ...rest]: readonly number[]): Found | null {
  return count === 0 || head !== 0x50 || rest.length < 4 ? null : { uid: rest.slice(0, 4), type: 'ISO14443' };
}
