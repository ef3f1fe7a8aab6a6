/** The contract of SerialPorts against the real Web Serial API: runs in the page, with the device's end in Node. */
import { BrowserClock } from '../../src/platform/browser/browser-clock.ts';
import { BrowserSerialPorts } from '../../src/platform/browser/browser-serial-ports.ts';
import { runAll } from '../browser/in-page/vitest-in-page.ts';
import type { SerialWorld } from '../contract/serial.contract.ts';
import { serialContract } from '../contract/serial.contract.ts';

/** What the test exposes to the page. */
interface RigInPage {
  rigPlug(): Promise<void>;
  rigUnplug(): Promise<void>;
  rigHangUp(): Promise<void>;
  rigSend(bytes: number[]): Promise<void>;
  /** Filled from Node. */
  rigReceived: number[];
}
const rig = globalThis as unknown as RigInPage;
const ID = 'usb-0403-6001#1';
const WAIT_MS = 10_000;

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadlineMs = performance.now() + WAIT_MS;
  while (!(await condition())) {
    if (performance.now() > deadlineMs) throw new Error('it never happened');
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

const listed = async (count: number): Promise<boolean> => (await navigator.serial.getPorts()).length === count;

async function makeWorld(): Promise<SerialWorld> {
  const ports = new BrowserSerialPorts(new BrowserClock());
  rig.rigReceived = [];
  await rig.rigPlug();
  await until(() => listed(1));
  const [port] = await navigator.serial.getPorts();
  return {
    ports,
    device: {
      id: ID,
      send: (bytes) => void rig.rigSend([...bytes]),
      received: () => Uint8Array.from(rig.rigReceived),
      unplug: () => void rig.rigUnplug(),
      replug: () => void rig.rigPlug(),
      hangUp: () => void rig.rigHangUp(),
      occupy: () => void port?.open({ baudRate: 9600 }),
    },
    until,
    end: async () => {
      await port?.close().catch(() => undefined);
      await rig.rigUnplug();
      await until(() => listed(0));
    },
  };
}

serialContract('BrowserSerialPorts on the real Web Serial API', makeWorld);
Object.assign(globalThis, { runContracts: runAll });
