import { describe, expect, it } from 'vitest';
import { Rdm6300Emulator, Twn4Emulator } from '../../../tests/fixtures/readers/other-readers.ts';
import { Pn532Emulator } from '../../../tests/fixtures/readers/pn532-emulator.ts';
import { VirtualClock } from '../../platform/virtual/virtual-clock.ts';
import { VirtualSerialPorts } from '../../platform/virtual/virtual-serial-ports.ts';
import { awaitCard, probeReaders } from './probe-readers.ts';

function bench<E extends { receive(bytes: Uint8Array): void }>(make: (clock: VirtualClock, line: { send(bytes: Uint8Array): void }) => E) {
  const clock = new VirtualClock();
  const serial = new VirtualSerialPorts({ clock });
  const port = serial.plug({ id: 'port' });
  const emulator = make(clock, port);
  port.received.on((bytes) => emulator.receive(bytes));
  const wait = (kind: string) => clock.waitFor(awaitCard({ serial, clock }, { kind, portId: 'port' }, { ms: 15_000, log: () => undefined }));
  return { clock, serial, port, emulator, wait, probe: () => clock.waitFor(probeReaders({ serial, clock }, 'port', '115200 8N1')) };
}

describe('who answers', () => {
  it('a PN532, a TWN4, or nobody; and the port is let go', async () => {
    const nfc = bench((clock, line) => new Pn532Emulator(clock, line));
    expect(await nfc.probe()).toEqual([{ kind: 'reader', model: 'pn532', label: 'NXP PN532', line: '115200 8N1' }]);
    expect(nfc.port.isOpen).toBe(false);
    expect(await bench((clock, line) => new Twn4Emulator(clock, line)).probe()).toMatchObject([{ model: 'twn4' }]);
    expect(await bench((clock, line) => new Rdm6300Emulator(clock, line)).probe()).toEqual([]); // it has no ears
  });
});

describe('a card', () => {
  it('that comes within the time', async () => {
    const { clock, emulator, port, wait } = bench((now, line) => new Pn532Emulator(now, line));
    clock.after(5000, () => (emulator.card = { uid: [0x9a, 0x0b, 0x00, 0x01], kind: 'A' }));
    expect(await wait('pn532')).toEqual({ kind: 'card', card: { idToken: '9A0B0001', type: 'ISO14443' } });
    expect(port.isOpen).toBe(false);
  });
  it('of a phone, none, and no reader at all', async () => {
    const phone = bench((clock, line) => new Pn532Emulator(clock, line));
    phone.emulator.card = { uid: [0x08, 1, 2, 3], kind: 'A' };
    expect(await phone.wait('pn532')).toEqual({ kind: 'refused', why: 'RandomUid' });
    expect(await bench((clock, line) => new Pn532Emulator(clock, line)).wait('pn532')).toEqual({ kind: 'none', state: { link: 'up' } });
    expect(await bench((clock, line) => new Rdm6300Emulator(clock, line)).wait('pn532')).toMatchObject({ kind: 'none', state: { link: 'down' } });
  });
});
