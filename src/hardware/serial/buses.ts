/** The open lines of a station: drivers that name the same port share one bus, if they agree about its settings. */
import { KerbsideError } from '../../base/errors.ts';
import type { Clock, SerialPorts, SerialSettings } from '../../platform/ports.ts';
import { Bus } from './bus.ts';
import { describeSettings } from './line-settings.ts';

export { describeSettings, parseSettings } from './line-settings.ts';

export interface BusLease {
  readonly bus: Bus;
  /** The last one to leave closes the line. */
  release(): Promise<void>;
}

interface Shared { readonly bus: Bus; users: number }

export class Buses {
  private readonly open = new Map<string, Shared>();

  constructor(private readonly clock: Clock, private readonly serial: SerialPorts) {}

  /** The lines that are in use, by their ports. */
  get all(): readonly (readonly [portId: string, bus: Bus])[] {
    return [...this.open].map(([portId, { bus }]) => [portId, bus]);
  }

  /** @throws KerbsideError `SettingsDisagree`: another device on this pair of wires wants another speed or parity */
  lease(portId: string, settings: SerialSettings): BusLease {
    const shared = this.open.get(portId) ?? { bus: new Bus({ clock: this.clock, serial: this.serial, portId, settings }), users: 0 };
    if (!sameSettings(shared.bus.settings, settings)) {
      throw new KerbsideError('SettingsDisagree', `${portId} runs at ${describeSettings(shared.bus.settings)}, not ${describeSettings(settings)}`,
        `Two devices on one line must use the same settings. The line runs at ${describeSettings(shared.bus.settings)}; set this device to it, or give it a line of its own.`);
    }
    shared.users += 1;
    this.open.set(portId, shared);
    let released = false;
    return {
      bus: shared.bus,
      release: async () => {
        if (released) return;
        released = true;
        shared.users -= 1;
        if (shared.users > 0) return;
        this.open.delete(portId);
        await shared.bus.close();
      },
    };
  }
}

function sameSettings(a: SerialSettings, b: SerialSettings): boolean {
  return describeSettings(a) === describeSettings(b);
}
