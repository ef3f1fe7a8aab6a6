import { describe, expect, test } from 'vitest';
import type { SerialLine, SerialPorts, SerialSettings } from '../../src/platform/ports.ts';

/** The far end of one cable. */
export interface SerialDevice {
  readonly id: string;
  send(bytes: Uint8Array): void;
  /** All that arrived there so far. */
  received(): Uint8Array;
  unplug(): void;
  replug(): void;
  /** The line is lost, the port stays listed. */
  hangUp(): void;
  /** Something else has the port. */
  occupy(): void;
}

export interface SerialWorld {
  readonly ports: SerialPorts;
  readonly device: SerialDevice;
  until(condition: () => boolean): Promise<void>;
  end(): Promise<void>;
}

const SETTINGS: SerialSettings = { baudRate: 115200, dataBits: 8, parity: 'none', stopBits: 1 };
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

interface Heard {
  readonly line: SerialLine;
  text: string;
  readonly lost: string[];
}

async function open(world: SerialWorld): Promise<Heard> {
  const line = await world.ports.open(world.device.id, SETTINGS);
  const heard: Heard = { line, text: '', lost: [] };
  const decoder = new TextDecoder();
  line.onBytes((bytes) => (heard.text += decoder.decode(bytes, { stream: true })));
  line.onLost((why) => heard.lost.push(why));
  return heard;
}

/**
 * Whether the port is listed, as who listens for changes sees it. Events and lists take ways of their own in a browser: on a
 * busy machine a change may be told late, so that a mere count of them says nothing about which it was.
 */
function watchListed({ ports, device }: SerialWorld): { listed: boolean } {
  const seen = { listed: true };
  ports.onChange(() => void ports.list().then((list) => (seen.listed = list.some(({ id }) => id === device.id))));
  return seen;
}

/** What every SerialPorts must do. */
export function serialContract(name: string, makeWorld: () => Promise<SerialWorld>): void {
  async function inWorld(work: (world: SerialWorld) => Promise<void>): Promise<void> {
    const world = await makeWorld();
    try {
      await work(world);
    } finally {
      await world.end();
    }
  }

  describe(`${name} keeps the contract of SerialPorts`, () => {
    test('lists the port, with the same id each time', () =>
      inWorld(async ({ ports, device }) => {
        const first = await ports.list();
        expect(first.map(({ id }) => id)).toContain(device.id);
        expect(first[0]?.label).not.toBe('');
        expect(await ports.list()).toEqual(first);
      }));

    test('bytes pass both ways, all of them and in order', () =>
      inWorld(async (world) => {
        const heard = await open(world);
        const text = Array.from({ length: 500 }, (_, i) => `line ${i}\r`).join('');
        world.device.send(bytesOf(text));
        await heard.line.write(bytesOf(text.slice(0, 100)));
        await heard.line.write(bytesOf(text.slice(100)));
        await world.until(() => heard.text.length === text.length && world.device.received().length === text.length);
        expect(heard.text).toBe(text);
        expect(new TextDecoder().decode(world.device.received())).toBe(text);
      }));

    test('every byte value passes', () =>
      inWorld(async (world) => {
        const all = Uint8Array.from({ length: 256 }, (_, i) => i);
        const line = await world.ports.open(world.device.id, SETTINGS);
        const heard: number[] = [];
        line.onBytes((bytes) => heard.push(...bytes));
        world.device.send(all);
        await line.write(all);
        await world.until(() => heard.length === 256 && world.device.received().length === 256);
        expect(heard).toEqual([...all]);
        expect([...world.device.received()]).toEqual([...all]);
      }));

    test('a buffer may be used again as soon as write was called', () =>
      inWorld(async (world) => {
        const { line } = await open(world);
        const buffer = bytesOf('first');
        const writing = line.write(buffer);
        buffer.fill(0);
        await writing;
        await world.until(() => world.device.received().length === 5);
        expect(new TextDecoder().decode(world.device.received())).toBe('first');
      }));

    test('bytes that come before anyone listens aren’t lost', () =>
      inWorld(async (world) => {
        const line = await world.ports.open(world.device.id, SETTINGS);
        let seen = '';
        world.device.send(bytesOf('early'));
        await line.write(bytesOf('x'));
        await world.until(() => world.device.received().length === 1);
        for (let i = 0; i < 20; i++) await world.until(() => true);
        line.onBytes((bytes) => (seen += new TextDecoder().decode(bytes)));
        await world.until(() => seen.length === 5);
        expect(seen).toBe('early');
      }));

    test('a listener that stopped hears nothing more', () =>
      inWorld(async (world) => {
        const heard = await open(world);
        let other = '';
        const stop = heard.line.onBytes((bytes) => (other += new TextDecoder().decode(bytes)));
        world.device.send(bytesOf('one'));
        await world.until(() => heard.text === 'one');
        stop();
        stop();
        world.device.send(bytesOf('two'));
        await world.until(() => heard.text === 'onetwo');
        expect(other).toBe('one');
      }));

    test('unplugged: told once, listed no more, writing fails, closing is harmless', () =>
      inWorld(async (world) => {
        const heard = await open(world);
        const port = watchListed(world);
        world.device.unplug();
        await world.until(() => heard.lost.length > 0 && !port.listed);
        expect(heard.lost).toEqual(['unplugged']);
        await expect(heard.line.write(bytesOf('x'))).rejects.toMatchObject({ code: 'PortLost' });
        await heard.line.close();
        await heard.line.close();
        expect(heard.lost).toEqual(['unplugged']);
        expect((await world.ports.list()).map(({ id }) => id)).not.toContain(world.device.id);
        await expect(world.ports.open(world.device.id, SETTINGS)).rejects.toMatchObject({
          code: 'PortGone',
          sentence: expect.stringContaining('plugged') as string,
        });
      }));

    test('who asks late is still told that the line was lost', () =>
      inWorld(async (world) => {
        const heard = await open(world);
        world.device.unplug();
        await world.until(() => heard.lost.length > 0);
        const late: string[] = [];
        heard.line.onLost((why) => late.push(why));
        await world.until(() => late.length > 0);
        expect(late).toEqual(['unplugged']);
      }));

    test('plugged in again: the same id opens and works', () =>
      inWorld(async (world) => {
        const first = await open(world);
        const port = watchListed(world);
        world.device.unplug();
        await world.until(() => first.lost.length > 0 && !port.listed);
        world.device.replug();
        await world.until(() => port.listed);
        const second = await open(world);
        world.device.send(bytesOf('back'));
        await world.until(() => second.text === 'back');
        expect(first.text).toBe('');
      }));

    test('hung up: told as lost; still listed, and can’t be opened', () =>
      inWorld(async (world) => {
        const heard = await open(world);
        world.device.hangUp();
        await world.until(() => heard.lost.length > 0);
        expect(heard.lost).toEqual(['unplugged']);
        expect((await world.ports.list()).map(({ id }) => id)).toContain(world.device.id);
        await expect(world.ports.open(world.device.id, SETTINGS)).rejects.toMatchObject({ code: 'PortBusy' });
      }));

    test('closed by us: told as such; the port opens again', () =>
      inWorld(async (world) => {
        const heard = await open(world);
        await heard.line.close();
        expect(heard.lost).toEqual(['closed']);
        await expect(heard.line.write(bytesOf('x'))).rejects.toMatchObject({ code: 'PortLost' });
        const again = await open(world);
        world.device.send(bytesOf('again'));
        await world.until(() => again.text === 'again');
        expect(heard.text).toBe('');
      }));

    test('open twice: the second is refused as busy, the first goes on', () =>
      inWorld(async (world) => {
        const heard = await open(world);
        await expect(world.ports.open(world.device.id, SETTINGS)).rejects.toMatchObject({ code: 'PortBusy' });
        world.device.send(bytesOf('fine'));
        await world.until(() => heard.text === 'fine');
      }));

    test('in use elsewhere: busy, with a sentence', () =>
      inWorld(async (world) => {
        world.device.occupy();
        await expect(world.ports.open(world.device.id, SETTINGS)).rejects.toMatchObject({
          code: 'PortBusy',
          sentence: expect.stringContaining('Close other programs') as string,
        });
      }));

    test('an id that doesn’t exist is gone', () =>
      inWorld(async ({ ports }) => {
        await expect(ports.open('no-such-port', SETTINGS)).rejects.toMatchObject({ code: 'PortGone' });
      }));
  });
}
