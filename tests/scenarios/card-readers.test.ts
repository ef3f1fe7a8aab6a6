import { describe, expect, it } from 'vitest';
// At hand already: a lazy chunk would load on the machine's time, not on ours.
import '../../src/hardware/installation/named-ports.ts';
import '../../src/hardware/serial/buses.ts';
import '../../src/hardware/readers.ts';
import type { ReaderConfig } from '../../src/link/hardware.ts';
import type { HardwareProfile } from '../../src/link/hardware-profile.ts';
import { checkProfile } from '../../src/link/profile-check.ts';
import { SeededRandom } from '../../src/platform/virtual/seeded-random.ts';
import { VirtualSerialPorts } from '../../src/platform/virtual/virtual-serial-ports.ts';
import { Twn4Emulator } from '../fixtures/readers/other-readers.ts';
import { Pn532Emulator } from '../fixtures/readers/pn532-emulator.ts';
import { World } from './world.ts';

const SEVEN = [0x04, 0xa1, 0xb2, 0xc3, 0xd4, 0xe5, 0x80];

interface Yard { readonly world: World; readonly pn532: Pn532Emulator; readonly twn4: Twn4Emulator }

/** Two simulated outlets; a PN532 for both, a TWN4 for the second, and a reader that types. */
async function yard(edition: 'ocpp2.0.1' | 'ocpp1.6' = 'ocpp2.0.1'): Promise<Yard> {
  const keyboard: ReaderConfig = { kind: 'keyboard', format: { digits: 'decimal', byteOrder: 'asRead' } };
  const config: HardwareProfile = {
    kind: 'profile', version: 1, name: 'Readers', supply: { phases: 3, earthing: 'TN-S' }, ports: [{ id: 'nfc', seenAs: 'adapter-1' }, { id: 'elatec', seenAs: 'adapter-2' }],
    evses: [{ id: 1, controller: { kind: 'simulated' } }, { id: 2, controller: { kind: 'simulated' } }],
    readers: [{ kind: 'pn532', portId: 'nfc' }, { kind: 'twn4', portId: 'elatec', evse: 2 }, keyboard],
  };
  checkProfile(config);
  const emulators: Partial<{ pn532: Pn532Emulator; twn4: Twn4Emulator }> = {};
  const world = new World({
    edition, hardware: {
      config, serial: (clock) => {
        const serial = new VirtualSerialPorts({ clock, random: new SeededRandom(3) });
        const [first, second] = [serial.plug({ id: 'adapter-1' }), serial.plug({ id: 'adapter-2' })];
        const pn532 = new Pn532Emulator(clock, first);
        const twn4 = new Twn4Emulator(clock, second);
        first.received.on((bytes) => pn532.receive(bytes));
        second.received.on((bytes) => twn4.receive(bytes));
        Object.assign(emulators, { pn532, twn4 });
        return serial;
      },
    },
  });
  await world.start(5);
  const { pn532, twn4 } = emulators;
  if (pn532 === undefined || twn4 === undefined) throw new RangeError('no ports were asked for');
  return { world, pn532, twn4 };
}

const beeps = ({ twn4 }: Yard): string[] => twn4.requests.filter((request) => request.startsWith('0407'));

describe('card readers of a profile', () => {
  it('a card at the PN532 is asked for as ISO14443, once, and starts the session of the car that waits', async () => {
    const { world, pn532 } = await yard();
    world.ev(2).plugIn();
    await world.seconds(3);
    pn532.card = { uid: SEVEN, kind: 'A' };
    await world.seconds(10);
    expect(world.csms.of('Authorize')).toEqual([{ idToken: { idToken: '04A1B2C3D4E580', type: 'ISO14443' } }]);
    expect(world.csms.of('TransactionEvent').find(({ eventType }) => eventType === 'Started')).toMatchObject({ evse: { id: 2 } });
    expect(world.agent.snapshot().evses[1]?.state).toBe('charging');
    // It ends it as well, once it was taken away and shown again.
    pn532.card = null;
    await world.seconds(3);
    pn532.card = { uid: SEVEN, kind: 'A' };
    await world.seconds(8);
    expect(world.csms.of('TransactionEvent').at(-1)).toMatchObject({ eventType: 'Ended', triggerReason: 'StopAuthorized' });
  });

  it('1.6: the same as idTag', async () => {
    const { world, pn532 } = await yard('ocpp1.6');
    pn532.card = { uid: [0x9a, 0x0b, 0x00, 0x01], kind: 'A' };
    await world.seconds(3);
    expect(world.csms.of('Authorize')).toEqual([{ idTag: '9A0B0001' }]);
  });

  it('a phone\'s number that changes each time isn\'t asked for; its driver is told why', async () => {
    const { world, pn532 } = await yard();
    pn532.card = { uid: [0x08, 0x11, 0x22, 0x33], kind: 'A' };
    await world.seconds(3);
    expect(world.csms.of('Authorize')).toEqual([]);
    expect(world.agent.snapshot().authorization).toMatchObject({ state: 'refused', status: 'RandomUid' });
    await world.seconds(20);
    expect(world.agent.snapshot().authorization).toBeNull();
  });

  it('a reader of one outlet serves that outlet alone, and says by its beeper what became of the card', async () => {
    const all = await yard();
    const { world, twn4 } = all;
    world.csms.answers.set('Authorize', ({ idToken }) => ({ idTokenInfo: { status: (idToken as { idToken: string }).idToken.startsWith('E0') ? 'Blocked' : 'Accepted' } }));
    world.ev(1).plugIn();
    await world.seconds(2);
    twn4.tag = { type: 0x80, id: SEVEN };
    await world.seconds(4);
    expect(world.agent.snapshot().evses.map(({ state }) => state)).toEqual(['waitingForCard', 'plugIn']);
    twn4.tag = { type: 0x82, id: [0xe0, 4, 1, 0x50, 1, 2, 3, 4] };
    await world.seconds(4);
    expect(world.csms.of('Authorize').at(-1)).toEqual({ idToken: { idToken: 'E004015001020304', type: 'ISO15693' } });
    expect(beeps(all)).toEqual(['0407646009C8000000', '040764E80358020000']); // a high tone, a low one
  });

  it('the page hears which reader types; card numbers stand in no log', async () => {
    const { world, pn532 } = await yard();
    expect(world.agent.snapshot().readers).toEqual([{ kind: 'keyboard', format: { digits: 'decimal', byteOrder: 'asRead' } }]);
    pn532.card = { uid: SEVEN, kind: 'A' };
    await world.seconds(5);
    expect(world.logs.join('\n')).toContain('the PN532 answers');
    expect(world.logs.join('\n')).not.toMatch(/04A1B2C3|04 A1 B2 C3/);
    expect(world.agent.snapshot().evses[0]?.controller.facts).toEqual(expect.arrayContaining([{ label: 'Reader', value: 'NXP PN532 1.6' }, { label: 'Cards read', value: '1' }]));
  });
});
