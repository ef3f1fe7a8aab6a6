import { readFileSync } from 'node:fs';
import { createPublicKey } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { Em580Emulator } from '../../../../tests/fixtures/meters/em580-emulator.ts';
import { IskraEmulator } from '../../../../tests/fixtures/meters/iskra-emulator.ts';
import { MeterBench } from '../../../../tests/fixtures/meters/meter-bench.ts';
import { checkOcmf, keyOf } from '../../../../tests/fixtures/meters/ocmf-check.ts';
import type { SignedReading } from '../../charger.ts';
import type { MeterSigning, SigningSubject } from '../../meter.ts';

const WALL_MS = Date.parse('2026-06-01T12:00:00Z');
const subject: SigningSubject = {
  chargePointId: 'KERB-1*1', idToken: { value: '04A1B2C3D4E580', type: 'ISO14443' }, tariffText: '0.30 EUR/kWh', wallMs: WALL_MS,
};

/** A meter with a transaction, whichever it is. */
interface Signer { readonly clock: MeterBench['clock']; readonly meter: MeterBench['meter']; seconds(seconds: number): Promise<void> }
const signing = (bench: Signer): MeterSigning => {
  if (bench.meter.signing === null) throw new RangeError('it doesn\'t sign');
  return bench.meter.signing;
};
const start = (bench: Signer, over: Partial<SigningSubject> = {}): Promise<unknown> => bench.clock.waitFor(signing(bench).signStart({ ...subject, ...over }));
const end = (bench: Signer): Promise<SignedReading> => bench.clock.waitFor(signing(bench).signEnd());
const failing = (promise: Promise<unknown>): Promise<unknown> => expect(promise).rejects.toMatchObject({ code: 'MeterSigningFailed' });

describe('a record captured from an EM580', () => {
  const record = readFileSync(new URL('../../../../tests/fixtures/meters/em580.ocmf', import.meta.url), 'utf8').trim();
  const point = '04521C09090AB6A2826A613D36483A71F789F6C0D900F9A9106415EA8BE3F6AFEB5926B39E264CB3727647DA49B153370221F18048B343AC0318203F7043F840CD8BB5C9C6734C0DB46B19711AD94A0DB8F1FA854E2D60D25B33D7DDE145F61E6C';
  const key = createPublicKey({ key: Buffer.from(`307A301406072A8648CE3D020106092B240303020801010B036200${point}`, 'hex'), format: 'der', type: 'spki' });

  it('verifies with its key, on brainpoolP384r1, as the bytes that it is', () => {
    expect(checkOcmf(record, key)).toMatchObject({ valid: true, kWh: [1.637, 1.643], payload: { CI: 'DE*ENBW*BER001*EVSE01' } });
  });
  it('not with one digit changed, and not when its JSON is written anew', () => {
    expect(checkOcmf(record.replace('1.643', '1.644'), key).valid).toBe(false);
    const [head, payload = '', signature] = record.split('|');
    expect(checkOcmf([head, JSON.stringify(JSON.parse(payload)), signature].join('|'), key).valid).toBe(false);
  });
});

describe('EM580', () => {
  let bench: MeterBench<Em580Emulator>;
  beforeEach(async () => {
    bench = await MeterBench.started('em580', (line, clock) => new Em580Emulator(line, clock));
  });

  it('its key is known, its register has single Wh', () => {
    expect(bench.meter.facts).toMatchObject({ model: 'EM580', signs: true, serialNumber: 'KZ1660104001D' });
    expect(keyOf(bench.meter.facts.publicKey ?? '').export({ type: 'spki', format: 'der' })).toEqual(bench.emulator.publicKey.export({ type: 'spki', format: 'der' }));
    expect(bench.state.reading?.energyImportWh).toBe(1_234_560);
  });

  it('a transaction from start to end: both registers, driver, outlet and tariff in one data set that verifies', async () => {
    expect(await start(bench)).toBeNull();
    expect(bench.emulator.state).toBe(1);
    expect(bench.emulator.clockS).toBe(WALL_MS / 1000);
    await bench.seconds(60);
    bench.emulator.world.importWh += 6_000;
    const { data, encodingMethod, signingMethod, publicKey } = await end(bench);
    expect([encodingMethod, signingMethod]).toEqual(['OCMF', '']);
    expect(data.length).toBeLessThanOrEqual(2500); // what 2.0.1 carries
    expect(checkOcmf(atob(data), keyOf(publicKey))).toMatchObject({
      valid: true, kWh: [1234.56, 1240.56],
      payload: { IS: true, IL: 'HEARSAY', IT: 'ISO14443', ID: '04A1B2C3D4E580', CI: 'KERB-1*1', TT: '0.30 EUR/kWh', PG: 'T23' },
    });
    expect(bench.states.every(({ link }) => link === 'up')).toBe(true); // it was read all the while
  });

  it('the data set stays until the next start, so that a host that died gets it again', async () => {
    await start(bench);
    const first = await end(bench);
    await bench.restart();
    expect(await bench.clock.waitFor(signing(bench).open())).toBe(false);
    expect(await end(bench)).toEqual(first);
    await start(bench);
    expect(checkOcmf(atob((await end(bench)).data), bench.emulator.publicKey).payload).toMatchObject({ PG: 'T24' });
  });

  it('a host that died in mid-transaction ends what it began', async () => {
    await start(bench);
    await bench.restart();
    expect(await bench.clock.waitFor(signing(bench).open())).toBe(true);
    expect(checkOcmf(atob((await end(bench)).data), bench.emulator.publicKey)).toMatchObject({ valid: true });
  });

  it('a power cut ends the transaction in the meter; its data set is there', async () => {
    await start(bench);
    bench.emulator.world.importWh += 500;
    bench.emulator.powerCut();
    expect(await bench.clock.waitFor(signing(bench).open())).toBe(false);
    expect(checkOcmf(atob((await end(bench)).data), bench.emulator.publicKey)).toMatchObject({ valid: true, kWh: [1234.56, 1235.06] });
  });

  it.each<readonly [string, Partial<SigningSubject>, Record<string, unknown>]>([
    ['nobody was identified', { idToken: null }, { IS: false, IL: 'NONE', IT: 'NONE', ID: '' }],
    ['a contract', { idToken: { value: 'DEABCC123456', type: 'eMAID' } }, { IS: true, IT: 'EMAID', ID: 'DEABCC123456' }],
    ['a number of the operator\'s', { idToken: { value: 'X'.repeat(60), type: 'Central' } }, { IT: 'CENTRAL', ID: 'X'.repeat(39) }],
    ['bars and quotes, that would break the data set', { idToken: { value: 'a|b"c\\d', type: 'Local' }, tariffText: '1|2 €' }, { ID: 'a b c d', TT: '1 2' }],
    ['a tariff that doesn\'t end', { tariffText: 'x'.repeat(1000) }, { TT: 'x'.repeat(159) }],
  ])('%s', async (_what, over, expected) => {
    await start(bench, over);
    const { data } = await end(bench);
    expect(data.length).toBeLessThanOrEqual(2500);
    expect(checkOcmf(atob(data), bench.emulator.publicKey)).toMatchObject({ valid: true, payload: expected });
  });

  it('without a clock from the CSMS the meter\'s own is left alone', async () => {
    const { wallMs: _, ...untimed } = subject;
    await bench.clock.waitFor(signing(bench).signStart(untimed));
    expect(bench.emulator.clockS).toBe(0);
  });

  it('what can\'t be signed is told: nothing open, a damaged file, one that never comes', async () => {
    await failing(end(bench));
    await start(bench);
    bench.emulator.corrupt = true;
    await failing(end(bench));
    await start(bench); // a damaged one doesn't block the next
    bench.emulator.signsAfterMs = 60_000;
    await failing(end(bench));
  });

  it('CRC errors and silence in between don\'t cost the data set', async () => {
    bench.emulator.slave.mishaps.push('silence', 'badCrc');
    await start(bench);
    bench.emulator.slave.mishaps.push('badCrc', 'silence');
    expect(checkOcmf(atob((await end(bench)).data), bench.emulator.publicKey).valid).toBe(true);
  });

  it('without keys it is a plain meter', async () => {
    const plain = await MeterBench.started('em580', (line, clock) => new Em580Emulator(line, clock, 'none'));
    expect(plain.meter.signing).toBeNull();
    expect(plain.meter.facts).not.toHaveProperty('publicKey');
    expect(plain.state.link).toBe('up');
  });

  it('registers with more digits that mean something else aren\'t billed by', async () => {
    const odd = await MeterBench.started('em580', (line, clock) => {
      const emulator = new Em580Emulator(line, clock);
      emulator.oddFine = true;
      return emulator;
    });
    await odd.seconds(5);
    expect(odd.states.at(-1)?.reading?.energyImportWh).toBe(1_234_600);
  });

  it('its own faults are told', async () => {
    bench.emulator.deviceState = 0x2000;
    await bench.seconds(12);
    expect(bench.state.faults).toEqual([{ code: 'PowerMeterFailure', vendorCode: '0x2000', info: 'measuring module faulty' }]);
    bench.emulator.deviceState = 0;
    await bench.seconds(12);
    expect(bench.state.faults).toEqual([]);
  });
});

describe('WM3M4C', () => {
  let bench: MeterBench<IskraEmulator>;
  beforeEach(async () => {
    bench = await MeterBench.started('wm3m4c', (line, clock) => new IskraEmulator(line, clock));
  });

  it('a transaction from start to end', async () => {
    expect(bench.meter.facts).toMatchObject({ model: 'WM3M4C', signs: true, serialNumber: '01234567' });
    await start(bench);
    expect(bench.emulator.clockS).toBe(WALL_MS / 1000);
    bench.emulator.world.importWh += 6_000;
    const { data, encodingMethod, publicKey } = await end(bench);
    expect(encodingMethod).toBe('OCMF');
    expect(data.length).toBeLessThanOrEqual(2500);
    expect(keyOf(publicKey).export({ type: 'spki', format: 'der' })).toEqual(bench.emulator.publicKey.export({ type: 'spki', format: 'der' }));
    expect(checkOcmf(atob(data), keyOf(publicKey))).toMatchObject({
      valid: true, kWh: [1234.56, 1240.56], payload: { IS: true, IF: ['RFID_PLAIN'], IT: 'ISO14443', ID: '04A1B2C3D4E580 0.30 EUR/kWh', CT: 'EVSEID', CI: 'KERB-1*1' },
    });
  });

  it('after a power cut it is told clock and driver anew, and signs', async () => {
    await start(bench);
    bench.emulator.powerCut();
    expect(await bench.clock.waitFor(signing(bench).open())).toBe(true);
    expect(checkOcmf(atob((await end(bench)).data), bench.emulator.publicKey)).toMatchObject({ valid: true, payload: { CI: 'KERB-1*1' } });
  });

  it('a signature padded against DER comes out in its shortest form, and verifies', async () => {
    bench.emulator.pads = true;
    await start(bench);
    expect(checkOcmf(atob((await end(bench)).data), bench.emulator.publicKey).valid).toBe(true);
  });

  it('a transaction that an earlier host left open is closed first', async () => {
    await start(bench);
    await bench.restart();
    await start(bench, { chargePointId: 'KERB-1*2' });
    expect(checkOcmf(atob((await end(bench)).data), bench.emulator.publicKey)).toMatchObject({ valid: true, payload: { CI: 'KERB-1*2', RD: [expect.anything(), expect.anything()] } });
  });

  it('what it refuses to sign is told', async () => {
    await failing(end(bench));
    bench.emulator.failsWith = 132;
    await failing(start(bench));
    bench.emulator.signsAfterMs = 20_000;
    await failing(start(bench));
  });

  it('a WM3M4 that doesn\'t sign isn\'t taken for one that does', async () => {
    const other = await MeterBench.started('wm3m4c', (line, clock) => new IskraEmulator(line, clock, 'WM3M4'));
    expect(other.states.at(-1)).toMatchObject({ link: 'down', linkDetail: expect.stringContaining('doesn\'t sign') });
  });
});
