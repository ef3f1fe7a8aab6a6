import { beforeEach, describe, expect, it } from 'vitest';
import { Rdm6300Emulator, Twn4Emulator } from '../../../../tests/fixtures/readers/other-readers.ts';
import { Pn532Emulator } from '../../../../tests/fixtures/readers/pn532-emulator.ts';
import { ReaderBench } from '../../../../tests/fixtures/readers/reader-bench.ts';
import { cardOf } from './cards.ts';

const SEVEN = [0x04, 0xa1, 0xb2, 0xc3, 0xd4, 0xe5, 0x80];

describe('a card as OCPP writes it', () => {
  it.each([
    ['seven bytes', SEVEN, 'ISO14443', { idToken: '04A1B2C3D4E580', type: 'ISO14443' }],
    ['four bytes', [0x9a, 0x0b, 0x00, 0x01], 'ISO14443', { idToken: '9A0B0001', type: 'ISO14443' }],
    ['a phone: four bytes that begin with 08', [0x08, 1, 2, 3], 'ISO14443', 'RandomUid'],
    ['seven bytes that begin with 08 are none', [0x08, 1, 2, 3, 4, 5, 6], 'ISO14443', { idToken: '08010203040506', type: 'ISO14443' }],
    ['ISO 15693', [0xe0, 0x04, 0x01, 0x50, 0x11, 0x22, 0x33, 0x44], 'ISO15693', { idToken: 'E004015011223344', type: 'ISO15693' }],
    ['ISO 15693 with its last byte first', [0x44, 0x33, 0x22, 0x11, 0x50, 0x01, 0x04, 0xe0], 'ISO15693', { idToken: 'E004015011223344', type: 'ISO15693' }],
    ['EM4100', [0x13, 0x00, 0x5d, 0x1d, 0xa5], 'Local', { idToken: '13005D1DA5', type: 'Local' }],
    ['nothing', [], 'ISO14443', 'Unreadable'], ['zeros', [0, 0, 0, 0], 'ISO14443', 'Unreadable'],
  ] as const)('%s', (_what, uid, type, expected) => {
    expect(cardOf(uid, type)).toEqual(expected);
  });
});

describe('PN532', () => {
  let bench: ReaderBench<Pn532Emulator>;
  beforeEach(async () => {
    bench = await ReaderBench.started('pn532', (clock, line) => new Pn532Emulator(clock, line));
  });

  it('is woken, set up and identified before it is asked for cards', () => {
    expect(bench.emulator).toMatchObject({ awake: true, configured: true, retries: 4 });
    expect(bench.emulator.commands.slice(0, 3)).toEqual([0x14, 0x02, 0x32]);
    expect(bench.reader.facts).toMatchObject({ vendor: 'NXP', model: 'PN532', firmware: '1.6' });
    expect(bench.states).toEqual([{ link: 'up' }]);
  });

  it('a card counts once, however long it lies there; again when it was taken away and comes back', async () => {
    bench.emulator.card = { uid: SEVEN, kind: 'A' };
    await bench.seconds(10);
    expect(bench.cards).toEqual([{ idToken: '04A1B2C3D4E580', type: 'ISO14443' }]);
    bench.emulator.card = null;
    await bench.seconds(3);
    bench.emulator.card = { uid: SEVEN, kind: 'A' };
    await bench.seconds(1);
    expect(bench.ids).toHaveLength(2);
  });

  it('another card right after counts at once; type B as well', async () => {
    bench.emulator.card = { uid: SEVEN, kind: 'A' };
    await bench.seconds(1);
    bench.emulator.card = { uid: [0x9a, 0x0b, 0x00, 0x01], kind: 'A' };
    await bench.seconds(1);
    bench.emulator.card = { uid: [0x11, 0x22, 0x33, 0x44], kind: 'B' };
    await bench.seconds(1);
    expect(bench.ids).toEqual(['04A1B2C3D4E580', '9A0B0001', '11223344']);
  });

  it('a phone\'s number is refused, with the reason, once', async () => {
    bench.emulator.card = { uid: [0x08, 0x11, 0x22, 0x33], kind: 'A' };
    await bench.seconds(5);
    expect(bench.cards).toEqual([]);
    expect(bench.refused).toEqual(['RandomUid']);
  });

  it('noise, wrong sums, a lost answer, silence and an error in between cost no card and no link', async () => {
    bench.emulator.mishaps.push('noise', 'badSum', 'ackOnly', 'silence', 'error', 'badSum');
    bench.emulator.card = { uid: SEVEN, kind: 'A' };
    await bench.seconds(15);
    expect(bench.states).toEqual([{ link: 'up' }]);
    expect(new Set(bench.ids)).toEqual(new Set(['04A1B2C3D4E580']));
  });

  it('after a brown-out it is woken and set up anew', async () => {
    bench.emulator.brownOut();
    await bench.seconds(15);
    expect(bench.state).toEqual({ link: 'up' });
    expect(bench.states.map(({ link }) => link)).toEqual(['up', 'down', 'up']);
    bench.emulator.card = { uid: SEVEN, kind: 'A' };
    await bench.seconds(1);
    expect(bench.ids).toEqual(['04A1B2C3D4E580']);
  });

  it('pulled and put back', async () => {
    bench.port.unplug();
    await bench.seconds(1);
    expect(bench.state?.link).toBe('down');
    bench.port.replug();
    await bench.seconds(6);
    expect(bench.state?.link).toBe('up');
  });

  it('another chip isn\'t taken for one', async () => {
    const other = await ReaderBench.started('pn532', (clock, line) => new Pn532Emulator(clock, line, 0x33));
    expect(other.state).toMatchObject({ link: 'down', linkDetail: expect.stringContaining('0x33') });
  });
});

describe('RDM6300', () => {
  it('repeats while a card is there, and counts once', async () => {
    const bench = await ReaderBench.started('rdm6300', (clock, line) => new Rdm6300Emulator(clock, line));
    expect(bench.state).toEqual({ link: 'up' });
    bench.emulator.lay([0x13, 0x00, 0x5d, 0x1d, 0xa5]);
    await bench.seconds(5);
    expect(bench.cards).toEqual([{ idToken: '13005D1DA5', type: 'Local' }]);
    bench.emulator.take();
    await bench.seconds(2);
    bench.emulator.lay([0x13, 0x00, 0x5d, 0x1d, 0xa5]);
    await bench.seconds(1);
    bench.emulator.lay([0x01, 0x02, 0x03, 0x04, 0x05]);
    await bench.seconds(1);
    bench.emulator.take();
    expect(bench.ids).toEqual(['13005D1DA5', '13005D1DA5', '0102030405']);
  });
});

describe('TWN4', () => {
  let bench: ReaderBench<Twn4Emulator>;
  beforeEach(async () => {
    bench = await ReaderBench.started('twn4', (clock, line) => new Twn4Emulator(clock, line));
  });

  it.each([
    ['MIFARE', 0x80, SEVEN, { idToken: '04A1B2C3D4E580', type: 'ISO14443' }],
    ['ISO 15693', 0x82, [0xe0, 4, 1, 0x50, 1, 2, 3, 4], { idToken: 'E004015001020304', type: 'ISO15693' }],
    ['EM4x02', 0x40, [0x13, 0x00, 0x5d, 0x1d, 0xa5], { idToken: '13005D1DA5', type: 'Local' }],
  ] as const)('%s', async (_what, type, id, expected) => {
    expect(bench.reader.facts).toMatchObject({ vendor: 'Elatec', firmware: 'TWN4/B1.06/NCF3' });
    bench.emulator.tag = { type, id };
    await bench.seconds(5);
    expect(bench.cards).toEqual([expected]);
  });

  it('says by its beeper what became of the card', async () => {
    bench.reader.show?.('accepted');
    bench.reader.show?.('rejected');
    await bench.seconds(1);
    expect(bench.emulator.requests.filter((request) => request.startsWith('0407'))).toEqual(['0407646009C8000000', '040764E80358020000']);
  });

  it('garbage, half lines and refusals in between don\'t matter; silence is told', async () => {
    bench.emulator.instead.push('??\r', '000\r', '01\r', '0001FF\r');
    bench.emulator.tag = { type: 0x80, id: SEVEN };
    await bench.seconds(8);
    expect(bench.ids).toContain('04A1B2C3D4E580');
    expect(bench.states).toEqual([{ link: 'up' }]);
    bench.emulator.dead = true;
    await bench.seconds(12);
    expect(bench.state).toMatchObject({ link: 'down', linkDetail: expect.stringContaining('answer') });
    bench.emulator.dead = false;
    await bench.seconds(5);
    expect(bench.state).toEqual({ link: 'up' });
  });
});
