import { describe, expect, it, test } from 'vitest';
import { heidelberg } from '../../src/hardware/drivers/modbus/heidelberg.ts';
import { ModbusCharger } from '../../src/hardware/drivers/modbus/modbus-charger.ts';
import { parseLine, RapiFramer } from '../../src/hardware/drivers/openevse/rapi-frame.ts';
import { RapiLink } from '../../src/hardware/drivers/openevse/rapi-link.ts';
import { Buses } from '../../src/hardware/serial/buses.ts';
import { bytesOf, parseRecording, SerialRecorder } from '../../src/hardware/serial/recorder.ts';
import type { ChargerState } from '../../src/hardware/charger.ts';
import type { SerialSettings } from '../../src/platform/ports.ts';
import { VirtualClock } from '../../src/platform/virtual/virtual-clock.ts';
import { VirtualSerialPorts } from '../../src/platform/virtual/virtual-serial-ports.ts';
import { HeidelbergEmulator } from '../fixtures/modbus/heidelberg-emulator.ts';
import { Memory } from '../fixtures/openevse-bench.ts';
import { readTranscript, TRANSCRIPTS } from '../fixtures/rapi-transcripts.ts';
import { SerialReplay } from '../fixtures/serial-replay.ts';

const FAST: SerialSettings = { baudRate: 115_200, dataBits: 8, parity: 'none', stopBits: 1 };
const latin = (bytes: Uint8Array): string => String.fromCharCode(...bytes);
const fromLatin = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));

describe.each(TRANSCRIPTS)('the captured session %s', (name) => {
  const entries = readTranscript(name).filter(({ kind }) => kind !== 'hand');

  /** The captured lines on a wire, with their host and their controller, recorded. */
  async function record(): Promise<string> {
    const clock = new VirtualClock();
    const serial = new VirtualSerialPorts({ clock });
    const device = serial.plug({ id: 'openevse' });
    const recorder = new SerialRecorder(clock, 10_000_000);
    const line = await recorder.over(serial).open('openevse', FAST);
    line.onBytes(() => undefined);
    for (const { atMs, kind, text } of entries) clock.after(atMs, () => void (kind === 'in' ? device.send(fromLatin(text)) : line.write(fromLatin(text))));
    await clock.advance((entries.at(-1)?.atMs ?? 0) + 1000);
    return recorder.text();
  }

  it('is recorded byte for byte, and comes back the same from the text', async () => {
    const events = parseRecording(await record());
    const said = (kind: 'in' | 'out'): string => events.map((event) => (kind in event ? latin(bytesOf((event as unknown as Record<string, string>)[kind] ?? '')) : '')).join('');
    for (const kind of ['in', 'out'] as const) expect(said(kind)).toBe(entries.filter((entry) => entry.kind === kind).map(({ text }) => text).join(''));
  });

  it('is replayed to the driver\'s link: the same events, none lost, none invented', async () => {
    const clock = new VirtualClock();
    const replay = new SerialReplay(clock, parseRecording(await record()), 'openevse');
    const line = await replay.ports.open('openevse', FAST);
    const heard: string[] = [];
    new RapiLink(line, clock, { onEvent: (frame) => heard.push(JSON.stringify(frame)), onLine: () => undefined });
    let nowMs = 0;
    for (const { atMs, kind, text } of entries) {
      await clock.advance(Math.max(0, atMs - nowMs));
      nowMs = Math.max(nowMs, atMs);
      if (kind === 'out') await line.write(fromLatin(text));
    }
    await clock.advance(2000);
    const framer = new RapiFramer();
    const captured = entries.filter(({ kind }) => kind === 'in').flatMap(({ text }) => framer.push(fromLatin(text)))
      .flatMap((text) => { const frame = parseLine(text); return frame?.kind === 'event' ? [JSON.stringify(frame)] : []; });
    expect(captured.length).toBeGreaterThan(1);
    expect(heard).toEqual(captured);
    expect(replay.strange).toEqual([]);
    expect(replay.isOver).toBe(true);
  });
});

test('a session of a driver, recorded in service, brings another driver to the same end without any device', async () => {
  const clock = new VirtualClock();
  const serial = new VirtualSerialPorts({ clock });
  const port = serial.plug({ id: 'rs485' });
  const box = new HeidelbergEmulator(clock, port);
  port.received.on((bytes) => box.slave.receive(bytes));
  const recorder = new SerialRecorder(clock);
  const drive = async (on: VirtualClock, buses: Buses, park: () => void): Promise<ChargerState[]> => {
    const model = heidelberg();
    const charger = new ModbusCharger({ clock: on, log: () => undefined, memory: new Memory(), lease: buses.lease('rs485', model.line), model });
    const states: ChargerState[] = [];
    await on.waitFor(charger.start({ onState: (state) => void states.push(state) }));
    await on.waitFor(charger.offer({ energise: true, maxCurrentA: 10 }));
    park();
    for (let second = 0; second < 20; second++) {
      charger.supervise();
      await on.advance(1000);
    }
    return states;
  };
  const inService = await drive(clock, new Buses(clock, recorder.over(serial)), () => Object.assign(box, { plugged: true, wants: true }));
  expect(inService.at(-1)).toMatchObject({ contactorClosed: true, meter: { currentA: [10, 10, 10] } });

  const later = new VirtualClock();
  const replay = new SerialReplay(later, parseRecording(recorder.text()), 'rs485');
  const replayed = await drive(later, new Buses(later, replay.ports), () => undefined);
  expect(replay.strange).toEqual([]);
  const essence = ({ connectors, contactorClosed, meter }: ChargerState): string => JSON.stringify([connectors, contactorClosed, meter.energyImportWh, meter.currentA]);
  expect([...new Set(replayed.map(essence))]).toEqual([...new Set(inService.map(essence))]);
});

describe('the ring', () => {
  it('forgets the oldest, says how much, and stays within its size', async () => {
    const clock = new VirtualClock();
    const serial = new VirtualSerialPorts({ clock });
    serial.plug({ id: 'a' });
    const recorder = new SerialRecorder(clock, 5000);
    const line = await recorder.over(serial).open('a', FAST);
    for (let number = 0; number < 500; number++) await line.write(Uint8Array.of(number & 0xff, number >> 8));
    expect(recorder.text().length).toBeLessThan(9000);
    const [head] = recorder.text().split('\n');
    expect(JSON.parse(head ?? '')).toMatchObject({ kerbsideSerialRecording: 1, dropped: 501 - recorder.all.length });
    expect(recorder.all.at(-1)).toMatchObject({ port: 'a', out: 'f3 01' });
  });

  it('keeps what happened to the line: opened, refused, lost', async () => {
    const clock = new VirtualClock();
    const serial = new VirtualSerialPorts({ clock });
    const device = serial.plug({ id: 'a' });
    const recorder = new SerialRecorder(clock);
    device.failNextOpens(1, 'busy');
    await expect(recorder.over(serial).open('a', FAST)).rejects.toMatchObject({ code: 'PortBusy' });
    await recorder.over(serial).open('a', FAST);
    device.unplug();
    await clock.advance(10);
    expect(recorder.all).toMatchObject([{ event: 'refused', why: 'PortBusy' }, { event: 'open', line: '115200 8N1' }, { event: 'lost', why: expect.stringContaining('unplugged') as string }]);
  });

  it.each(['', '{}', 'x\n', '{"kerbsideSerialRecording":2}\n'])('%j is no recording', (text) => {
    expect(() => parseRecording(text)).toThrow(/begin/);
  });
});
