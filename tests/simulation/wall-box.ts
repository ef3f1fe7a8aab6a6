/** A wall box on a serial line that outlives the station: its meter, its car and its watchdog go on without it. */
import type { SerialPorts } from '../../src/platform/ports.ts';
import type { SeededRandom } from '../../src/platform/virtual/seeded-random.ts';
import type { VirtualClock } from '../../src/platform/virtual/virtual-clock.ts';
import { VirtualSerialPorts, type VirtualDevice } from '../../src/platform/virtual/virtual-serial-ports.ts';
import { HeidelbergEmulator } from '../fixtures/modbus/heidelberg-emulator.ts';

export class WallBox {
  readonly portId = 'box';
  readonly ports: SerialPorts;
  readonly emulator: HeidelbergEmulator;
  private readonly device: VirtualDevice;

  constructor(private readonly clock: VirtualClock, private readonly random: SeededRandom) {
    const ports = new VirtualSerialPorts({ clock, random });
    this.ports = ports;
    this.device = ports.plug({ id: this.portId });
    this.emulator = new HeidelbergEmulator(clock, this.device, 1, 1000);
    this.device.received.on((bytes) => this.emulator.receive(bytes));
  }

  /** Its watchdog stops the car when the station is gone. */
  get armed(): boolean {
    return this.emulator.watchdog.failsafeTenths === 0;
  }

  get meterWh(): number {
    return this.emulator.trueWh;
  }

  /** The USB adapter is pulled out, and put back. */
  adapter(plugged: boolean): void {
    if (plugged === this.device.isPlugged) return;
    if (plugged) this.device.replug();
    else this.device.unplug();
  }

  noise(count: number): void {
    this.device.send(Uint8Array.from({ length: count }, () => Math.floor(this.random.next() * 256)));
  }

  /** Doesn't answer for a while. */
  silent(seconds: number): void {
    this.emulator.slave.dead = true;
    this.clock.after(seconds * 1000, () => {
      this.emulator.slave.dead = false;
    });
  }

  /** The mains dip. It comes up as from the factory, with the car still on the cable. */
  reboot(): void {
    this.emulator.brownOut();
  }
}
