import { Signal } from '../../base/signal.ts';
import type { Clock, SerialLine, SerialPortInfo, SerialPorts, SerialSettings } from '../ports.ts';

/** Null: this browser reaches no serial line. */
export function browserPorts(clock: Clock): SerialPorts | null {
  const { serial, usb } = (globalThis.navigator ?? {}) as Partial<Navigator>;
  const buses = [serial, usb].filter((bus) => bus !== undefined);
  return buses.length === 0 ? null : new LazyPorts(clock, buses);
}

/** What speaks with ports is loaded when one is asked for: a station without a serial line never does. */
class LazyPorts implements SerialPorts {
  private readonly changed = new Signal<void>();
  private loaded: Promise<SerialPorts> | null = null;

  constructor(private readonly clock: Clock, buses: readonly EventTarget[]) {
    for (const bus of buses) for (const event of ['connect', 'disconnect']) bus.addEventListener(event, () => this.changed.emit());
  }

  readonly onChange: SerialPorts['onChange'] = (listener) => this.changed.on(listener);

  async list(): Promise<SerialPortInfo[]> {
    return (await this.load()).list();
  }

  async open(portId: string, settings: SerialSettings): Promise<SerialLine> {
    return (await this.load()).open(portId, settings);
  }

  private load(): Promise<SerialPorts> {
    this.loaded ??= import('./all-ports.ts').then(({ allPorts }) => allPorts(this.clock), (error: unknown) => {
      this.loaded = null; // asked again, it is tried again
      throw error;
    });
    return this.loaded;
  }
}
