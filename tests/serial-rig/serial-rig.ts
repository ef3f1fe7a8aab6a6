/** Plugs a fake USB serial adapter into the real Web Serial API of a real Chromium. Root and mount namespaces needed. */
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** Why this machine can't run the rig; null: it can. */
export function rigObstacle(): string | null {
  if (process.platform !== 'linux') return 'fake USB adapters need Linux';
  if (process.getuid?.() !== 0) return 'fake USB adapters need root, to mount a /sys of their own';
  if (spawnSync('python3', ['--version']).status !== 0) return 'python3 is missing';
  const probe = spawnSync('unshare', ['--mount', '--propagation', 'private', 'sh', '-c', 'mount --bind /tmp /mnt']);
  if (probe.status !== 0) return 'this machine allows no mount namespaces';
  return null;
}

type Message = { readonly ok?: string; readonly error?: string; readonly event?: string; readonly name?: string; readonly hex?: string };

export interface FakeAdapter {
  /** Bytes the browser wrote. */
  onBytes: (bytes: Uint8Array) => void;
  onOpened: () => void;
  onClosed: () => void;
  send(bytes: Uint8Array): void;
  /** Pulled from its socket: the line hangs up and the system says so. */
  unplug(): Promise<void>;
  /** The line hangs up and nobody says so. */
  hangUp(): Promise<void>;
}

export class SerialRig {
  private readonly adapters = new Map<string, FakeAdapter>();
  private readonly answers: ((message: Message) => void)[] = [];

  private constructor(private readonly process: ChildProcessWithoutNullStreams, readonly folder: string) {}

  /** @param origin may use every serial port without a click (the policy a kiosk gets too) */
  static async start(origin: string): Promise<SerialRig> {
    const folder = mkdtempSync(join(tmpdir(), 'kerbside-serial-'));
    writeFileSync(join(folder, 'policy.json'), JSON.stringify({ SerialAllowAllPortsForUrls: [origin] }));
    const child = spawn('python3', [here('./fake_usb_serial.py'), folder]);
    const rig = new SerialRig(child, folder);
    child.stderr.on('data', (data: Buffer) => console.error(data.toString()));
    await new Promise<void>((resolve, reject) => {
      child.on('exit', (code) => reject(new Error(`the serial rig ended with ${code}`)));
      createInterface(child.stdout).on('line', (line) => {
        const message = JSON.parse(line) as Message;
        if (message.event === 'ready') resolve();
        else rig.take(message);
      });
    });
    return rig;
  }

  /** What Playwright needs to start Chromium inside the rig. */
  browser(chromium: string): { executablePath: string; env: Record<string, string> } {
    const env = Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined));
    return { executablePath: here('./chromium-in-namespace.sh'), env: { ...env, SERIAL_RIG: this.folder, CHROMIUM: chromium } };
  }

  async plug(name: string, usb: { vid: string; pid: string; serial: string; product: string }): Promise<FakeAdapter> {
    const nothing = (): void => undefined;
    const adapter: FakeAdapter = {
      onBytes: nothing,
      onOpened: nothing,
      onClosed: nothing,
      send: (bytes) => this.write({ op: 'send', name, hex: Buffer.from(bytes).toString('hex') }),
      unplug: () => this.order({ op: 'unplug', name }),
      hangUp: () => this.order({ op: 'hangup', name }),
    };
    this.adapters.set(name, adapter);
    await this.order({ op: 'plug', name, ...usb });
    return adapter;
  }

  /** Ends the relay; the browser must have ended before, its mounts hold the folder. */
  stop(): void {
    this.process.removeAllListeners('exit');
    this.process.stdin.end();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private take(message: Message): void {
    const adapter = this.adapters.get(message.name ?? '');
    if (message.event === 'bytes') adapter?.onBytes(Buffer.from(message.hex ?? '', 'hex'));
    else if (message.event === 'opened') adapter?.onOpened();
    else if (message.event === 'closed') adapter?.onClosed();
    else this.answers.shift()?.(message);
  }

  private order(order: object): Promise<void> {
    return new Promise((resolve, reject) => {
      this.answers.push((message) => (message.error === undefined ? resolve() : reject(new Error(message.error))));
      this.write(order);
    });
  }

  private write(order: object): void {
    this.process.stdin.write(`${JSON.stringify(order)}\n`);
  }
}
