/**
 * Serial ports by the names that a hardware profile gives them. Which port of the host a name stands for is decided anew
 * at every opening: adapters come and go, and their ids with them. Where several fit, the devices themselves are asked.
 */
import type { Log } from '../../base/log.ts';
import { KerbsideError } from '../../base/errors.ts';
import type { SerialLine, SerialPortInfo, SerialPorts, SerialSettings } from '../../platform/ports.ts';

export interface PortMatch {
  readonly id: string;
  readonly usbVendorId?: number;
  readonly usbProductId?: number;
  readonly serialNumber?: string;
  readonly seenAs?: string;
}

export interface NamedPortsDeps {
  readonly serial: SerialPorts;
  readonly ports: readonly PortMatch[];
  /**
   * Whether the devices of the named port answer at this port of the host; null: they can't be asked.
   * Only reads. @throws KerbsideError as `SerialPorts.open`
   */
  readonly recognise: (name: string, hostPortId: string) => Promise<boolean | null>;
  readonly log: Log;
}

export class NamedPorts implements SerialPorts {
  readonly onChange: SerialPorts['onChange'];
  /** Which port of the host a name has open. */
  private readonly inUse = new Map<string, string>();
  /** Where a name was found last. */
  private readonly last = new Map<string, string>();
  private tail: Promise<unknown> = Promise.resolve();

  constructor(private readonly deps: NamedPortsDeps) {
    this.onChange = deps.serial.onChange;
  }

  /** The named ports for which something fits. */
  async list(): Promise<SerialPortInfo[]> {
    const listed = await this.deps.serial.list();
    return this.deps.ports.flatMap((match) => {
      const port = listed.find((candidate) => fits(match, candidate));
      return port === undefined ? [] : [{ ...port, id: match.id }];
    });
  }

  /** One at a time: two names that fit the same ports must not look for them at once. */
  open(name: string, settings: SerialSettings): Promise<SerialLine> {
    const opening = this.tail.then(() => this.openNow(name, settings));
    this.tail = opening.catch(() => undefined);
    return opening;
  }

  /** The port of the host that a name stands for now, as far as it is known. */
  hostPortOf(name: string): string | null {
    return this.inUse.get(name) ?? this.last.get(name) ?? null;
  }

  private async openNow(name: string, settings: SerialSettings): Promise<SerialLine> {
    const hostId = await this.find(name);
    const line = await this.deps.serial.open(hostId, settings);
    if (this.last.get(name) !== hostId) this.deps.log('info', 'ports', `${name} is ${hostId}`);
    this.last.set(name, hostId);
    this.inUse.set(name, hostId);
    line.onLost(() => {
      if (this.inUse.get(name) === hostId) this.inUse.delete(name);
    });
    return line;
  }

  private async find(name: string): Promise<string> {
    const match = this.deps.ports.find(({ id }) => id === name);
    if (match === undefined) throw gone(name, `the profile has no port ${name}`);
    const listed = await this.deps.serial.list();
    const taken = new Set([...this.inUse].filter(([other]) => other !== name).map(([, hostId]) => hostId));
    const fitting = listed.filter((port) => fits(match, port) && !taken.has(port.id));
    const [only] = fitting;
    if (only === undefined) throw gone(name, `nothing that fits ${name} is plugged in`);
    const rivals = this.deps.ports.filter((other) => other.id !== name && !this.inUse.has(other.id) && fits(other, only));
    if (fitting.length === 1 && rivals.length === 0) return only.id;
    return this.ask(match, fitting);
  }

  /** Several fit, or one that may be another name's: whoever answers decides. */
  private async ask(match: PortMatch, fitting: readonly SerialPortInfo[]): Promise<string> {
    const { id: name, seenAs } = match;
    const first = this.last.get(name) ?? seenAs;
    const ordered = [...fitting].sort((a, b) => Number(b.id === first) - Number(a.id === first));
    let trouble: unknown = null;
    for (const { id } of ordered) {
      try {
        const answers = await this.deps.recognise(name, id);
        if (answers === true) return id;
        // Nothing on it can be asked (it only talks when a card comes): the name that it had when it was set up decides.
        if (answers === null) return (ordered.find((port) => port.id === seenAs) ?? ordered[0])?.id ?? id;
      } catch (error) {
        trouble = error;
      }
    }
    if (trouble instanceof KerbsideError) throw trouble;
    throw gone(name, `${fitting.map(({ id }) => id).join(' and ')} fit ${name}, but its devices answer at none of them`,
      'Several adapters look like this one, and its devices answer at none of them. Check their power and the wires.');
  }
}

function fits(match: PortMatch, port: SerialPortInfo): boolean {
  const { usbVendorId, usbProductId, serialNumber, seenAs } = match;
  if (usbVendorId === undefined && serialNumber === undefined) return port.id === seenAs;
  return (usbVendorId === undefined || port.usbVendorId === usbVendorId)
    && (usbProductId === undefined || port.usbProductId === usbProductId)
    // Web Serial doesn't tell serial numbers: there it can't decide.
    && (serialNumber === undefined || port.serialNumber === undefined || port.serialNumber === serialNumber);
}

function gone(name: string, message: string, sentence = `The device at port ${name} isn't plugged in. Check the cable and the power of the adapter.`): KerbsideError {
  return new KerbsideError('PortGone', message, sentence);
}
