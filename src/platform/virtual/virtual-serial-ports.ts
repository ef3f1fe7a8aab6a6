import type { KerbsideError } from '../../base/errors.ts';
import { Signal, type Stop } from '../../base/signal.ts';
import type { Clock, Random, SerialLine, SerialPortInfo, SerialPorts, SerialSettings } from '../ports.ts';
import { serialErrors } from '../serial-errors.ts';
import { SerialLineEvents } from '../serial-line-events.ts';
import { VirtualPipe } from './virtual-pipe.ts';

export interface VirtualSerialOptions {
  readonly clock: Clock;
  /** With it, bytes arrive in pieces cut at random; without, as they were sent. */
  readonly random?: Random;
}

/** Serial ports in memory, with emulated devices on the other end. Bytes take the time that the baud rate wants. */
export class VirtualSerialPorts implements SerialPorts {
  private readonly devices: VirtualDevice[] = [];
  private readonly changed = new Signal<void>();

  constructor(private readonly options: VirtualSerialOptions) {}

  readonly onChange = (listener: () => void): Stop => this.changed.on(listener);

  /** A new device appears. */
  plug(info: Partial<SerialPortInfo> = {}): VirtualDevice {
    const id = info.id ?? `virtual-${this.devices.length + 1}`;
    const device = new VirtualDevice({ label: 'Virtual serial port', ...info, id }, this.options, () => this.changed.emit());
    this.devices.push(device);
    this.changed.emit();
    return device;
  }

  /** The host dies: its lines are closed by the system, and nobody is told. */
  hostDied(): void {
    for (const device of this.devices) device.drop();
  }

  async list(): Promise<SerialPortInfo[]> {
    return this.devices.filter((device) => device.isPlugged).map((device) => device.info);
  }

  async open(portId: string, settings: SerialSettings): Promise<SerialLine> {
    const device = this.devices.find(({ info }) => info.id === portId);
    if (device === undefined || !device.isPlugged) throw serialErrors.gone(`no port ${portId}`);
    return device.openLine(settings);
  }
}

/** The far end of the cable: what an emulator holds. */
export class VirtualDevice {
  /** What the station wrote. */
  readonly received = new Signal<Uint8Array>();
  /** The station opened the line. */
  readonly opened = new Signal<SerialSettings>();
  /** The line was closed by the station, or lost. */
  readonly closed = new Signal<void>();
  isPlugged = true;
  private line: VirtualLine | null = null;
  private openFailures: KerbsideError[] = [];
  private hung = false;

  constructor(
    readonly info: SerialPortInfo,
    private readonly options: VirtualSerialOptions,
    private readonly changed: () => void,
  ) {}

  get isOpen(): boolean {
    return this.line !== null;
  }

  /** Sends bytes to the station; lost if nobody has the line open. */
  send(bytes: Uint8Array): void {
    this.line?.deliver(bytes);
  }

  /** Whoever had the line open is gone. */
  drop(): void {
    this.line = null;
  }

  /** The cable is pulled: the line is lost and the port disappears. */
  unplug(): void {
    this.isPlugged = false;
    this.end('unplugged', 'the device has been lost');
    this.changed();
  }

  /** The same device comes back. */
  replug(): void {
    this.isPlugged = true;
    this.hung = false;
    this.changed();
  }

  /** The line is lost, but the port stays listed and can't be opened until it is plugged in anew. */
  hangUp(): void {
    this.hung = true;
    this.end('unplugged', 'the device has been lost');
  }

  /** The next `count` openings fail like this. */
  failNextOpens(count: number, code: 'busy' | 'gone' | 'refused' = 'busy'): void {
    for (let i = 0; i < count; i++) this.openFailures.push(serialErrors[code](`port ${this.info.id}: told to fail`));
  }

  async openLine(settings: SerialSettings): Promise<SerialLine> {
    const failure = this.openFailures.shift();
    if (failure !== undefined) throw failure;
    if (this.line !== null || this.hung) throw serialErrors.busy(`port ${this.info.id} is in use`);
    this.line = new VirtualLine(this, settings, this.options, () => this.end('closed', 'closed by the station'));
    this.opened.emit(settings);
    return this.line;
  }

  private end(why: 'unplugged' | 'closed', detail: string): void {
    const { line } = this;
    if (line === null) return;
    this.line = null;
    line.end(why, detail);
    this.closed.emit();
  }
}

class VirtualLine implements SerialLine {
  readonly onBytes: SerialLine['onBytes'];
  readonly onLost: SerialLine['onLost'];
  private readonly events = new SerialLineEvents();
  private readonly toStation: PacedPipe;
  private readonly toDevice: PacedPipe;

  constructor(
    private readonly device: VirtualDevice,
    settings: SerialSettings,
    options: VirtualSerialOptions,
    private readonly ask: () => void,
  ) {
    this.onBytes = this.events.onBytes;
    this.onLost = this.events.onLost;
    this.toStation = new PacedPipe(settings, options, (bytes) => this.events.receive(bytes));
    this.toDevice = new PacedPipe(settings, options, (bytes) => this.device.received.emit(bytes));
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (this.events.isLost) throw serialErrors.lost('the line is closed');
    this.toDevice.send(bytes);
  }

  async close(): Promise<void> {
    this.ask();
  }

  deliver(bytes: Uint8Array): void {
    this.toStation.send(bytes);
  }

  end(why: 'unplugged' | 'closed', detail: string): void {
    this.toStation.end();
    this.toDevice.end();
    this.events.lose(why, detail);
  }
}

/** One direction at the pace of the baud rate, cut into pieces at random where there is randomness. */
class PacedPipe {
  private readonly pipe: VirtualPipe;
  private readonly msPerByte: number;
  private readonly random: Random | undefined;
  private readonly clock: Clock;
  private freeAtMs = 0;

  constructor(
    settings: SerialSettings,
    options: VirtualSerialOptions,
    private readonly deliver: (bytes: Uint8Array) => void,
  ) {
    const bitsPerByte = 1 + settings.dataBits + (settings.parity === 'none' ? 0 : 1) + settings.stopBits;
    this.msPerByte = (bitsPerByte * 1000) / settings.baudRate;
    this.clock = options.clock;
    this.random = options.random;
    this.pipe = new VirtualPipe(options.clock, () => this.freeAtMs - this.clock.monotonicMs());
  }

  send(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      const piece = bytes.slice(at, at + this.pieceBytes(bytes.length - at));
      at += piece.length;
      this.freeAtMs = Math.max(this.freeAtMs, this.clock.monotonicMs()) + piece.length * this.msPerByte;
      this.pipe.push(() => this.deliver(piece), piece.length);
    }
  }

  end(): void {
    this.pipe.end();
  }

  private pieceBytes(left: number): number {
    return this.random === undefined ? left : 1 + Math.floor(this.random.next() * left);
  }
}
