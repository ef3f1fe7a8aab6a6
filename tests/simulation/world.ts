/** The world of a story: a station on a machine that can die, what is bolted to its wall, a network, and a CSMS. */
import type { AgentOptions } from '../../src/assembly/agent.ts';
import { createAgent, type StationAgent } from '../../src/assembly/create-agent.ts';
import { describeError, KerbsideError } from '../../src/base/errors.ts';
import type { Stop } from '../../src/base/signal.ts';
import * as simulated from '../../src/hardware/drivers/simulated/simulated-charger.ts';
import type { Loaders } from '../../src/assembly/loaders.ts';
import { edition as v16 } from '../../src/editions/v16/index.ts';
import { edition as v201 } from '../../src/editions/v201/index.ts';
import { MemoryStore } from '../../src/platform/virtual/memory-store.ts';
import { SeededRandom } from '../../src/platform/virtual/seeded-random.ts';
import { ProcessClock, VirtualClock } from '../../src/platform/virtual/virtual-clock.ts';
import { virtualCrypto } from '../../src/platform/virtual/virtual-crypto.ts';
import { VirtualFirmware } from '../../src/platform/virtual/virtual-firmware.ts';
import { VirtualHttp } from '../../src/platform/virtual/virtual-http.ts';
import { VirtualNetwork } from '../../src/platform/virtual/virtual-network.ts';
import { virtualX509 } from '../../src/platform/virtual/virtual-x509.ts';
import { StoredKeys } from '../../src/platform/x509/stored-keys.ts';
import { SimulatedCsms } from './csms.ts';
import { ChunkWatch, HostNetwork, HostSerial, HostStore, Life } from './host.ts';
import type { Story, Underway } from './story.ts';
import { WallBox } from './wall-box.ts';

export const T0 = Date.UTC(2026, 5, 1, 12, 0, 0);

/** At hand already: a lazy chunk would load on the machine's time, not on ours. */
await Promise.all([v16.validators.load(), v201.validators.load(), import('../../src/hardware/drivers/modbus/create.ts')]);
const load: Loaders = { edition: (name) => Promise.resolve(name === 'ocpp1.6' ? v16 : v201), simulated: () => Promise.resolve(simulated) };
const IDLE_DISK_MS = 3;
/** A host that couldn't start the station tries again. */
const START_AGAIN_MS = 2000;

export class SimulatedWorld {
  readonly clock = new VirtualClock({ wallStartMs: T0 });
  readonly csms: SimulatedCsms;
  readonly network: VirtualNetwork;
  readonly http: VirtualHttp;
  readonly firmware = new VirtualFirmware();
  readonly box: WallBox | null;
  /** The slowest that it ever was, one way. */
  worstLatencyMs = 20;
  /** What the wire and the disk are like just now; both are read anew each time. */
  readonly wire: { clock: VirtualClock; random: SeededRandom; latencyMs: readonly [min: number, max: number] };
  readonly medium: { clock: VirtualClock; random: SeededRandom; commitLatencyMs: number; quotaBytes?: number };
  agent: StationAgent | null = null;
  /** null: the process is down. */
  life: Life | null = null;
  readonly lives: Life[] = [];
  private nextFuse: ((life: Life) => void) | null = null;
  disk: MemoryStore;
  kills = 0;
  /** The furthest that the CSMS's clock was ever off. */
  worstClockMs = 0;
  /** The box restarted, and for a moment nobody ruled it: what flowed then is its maker's doing. */
  boxAlone = false;
  readonly problems: string[] = [];
  readonly trace: string[] = [];
  /** What each new disk wants to be watched by. */
  onDisk: (disk: MemoryStore) => void = () => undefined;
  private readonly random: SeededRandom;
  private process: ProcessClock | null = null;
  private serial: HostSerial | null = null;
  private stopWaiting: Stop = () => undefined;

  constructor(readonly story: Story) {
    const seed = new SeededRandom(`story ${story.seed}`);
    this.random = seed.fork('world');
    this.wire = { clock: this.clock, random: seed.fork('network'), latencyMs: [20, 20] };
    this.network = new VirtualNetwork(this.wire);
    this.csms = new SimulatedCsms({ clock: this.clock, network: this.network, random: seed.fork('csms'), edition: story.edition, heartbeatS: story.seed % 3 === 0 ? 15 : 300, nowMs: () => this.nowMs() });
    this.http = new VirtualHttp(this.clock);
    this.medium = { clock: this.clock, random: seed.fork('disk'), commitLatencyMs: IDLE_DISK_MS };
    this.disk = new MemoryStore(this.medium);
    this.box = story.hardware === 'heidelberg' ? new WallBox(this.clock, seed.fork('serial')) : null;
  }

  /** What the time really is. */
  nowMs(): number {
    return T0 + this.clock.monotonicMs();
  }

  get seconds(): number {
    return this.clock.monotonicMs() / 1000;
  }

  /** The station can be spoken to. */
  get running(): StationAgent | null {
    return this.life !== null && this.agent !== null && this.agent.snapshot().station.hardware !== 'none' && this.agent.snapshot().evses.length > 0 ? this.agent : null;
  }

  /** Switches it on; goes on in virtual time. */
  start(): void {
    const { story, clock } = this;
    const life = new Life();
    const process = new ProcessClock(clock);
    const store = new HostStore(this.disk, life, this.box === null ? null : new ChunkWatch(clock, life));
    this.onDisk(this.disk);
    this.life = life;
    this.lives.push(life);
    this.nextFuse?.(life);
    this.nextFuse = null;
    this.process = process;
    this.serial = this.box === null ? null : new HostSerial(this.box.ports, life);
    const options: AgentOptions = {
      identity: 'CP1', csmsUrl: 'ws://csms.example/ocpp', securityProfile: 0, editions: ['ocpp2.0.1', 'ocpp1.6'], currency: 'EUR', factorySettings: story.settings,
      hardware: this.box === null ? { kind: 'simulated', evses: story.evses } : { kind: 'modbus', model: 'heidelberg', portId: this.box.portId },
    };
    const agent = createAgent({
      clock: process, random: this.random, store, network: new HostNetwork(this.network, life), serial: this.serial, http: this.http,
      crypto: virtualCrypto(clock), x509: virtualX509(clock), keys: new StoredKeys(store, virtualCrypto(clock)), firmware: this.firmware,
    }, options, load);
    this.agent = agent;
    agent.onLog(({ level, source, text }) => this.note(`log ${level} ${source}: ${text}`));
    agent.start().catch((error: unknown) => {
      if (this.life !== life) return;
      this.note(`the start failed: ${describeError(error)}`);
      if (!(error instanceof KerbsideError) || !error.code.startsWith('Store')) this.problems.push(`the station didn't start: ${describeError(error)}`);
      this.kill('lost', START_AGAIN_MS / 1000);
    });
  }

  /** As kill -9 or a power cut: nobody says goodbye. It is switched on again after `offS`. */
  kill(underway: Underway, offS: number): void {
    if (this.life === null) return;
    this.note(`killed (${underway})`);
    this.kills += 1;
    // In the seconds between its restart and its being armed anew a box does what its maker wants.
    if (this.box !== null && !this.box.armed) this.boxAlone = true;
    this.life.alive = false;
    this.life = null;
    this.agent = null;
    this.process?.kill();
    this.network.killClients();
    this.serial?.letGo();
    this.disk = this.disk.crash(underway);
    this.firmware.powerCut();
    this.stopWaiting = this.clock.after(offS * 1000, () => this.start());
  }

  /** Dies at the so-manieth call of a port from now on, or, if it is down, of its next life. */
  killAt(calls: number, underway: Underway, offS: number): void {
    const arm = (life: Life): void => life.arm(calls, () => this.kill(underway, offS));
    if (this.life === null) this.nextFuse = arm;
    else arm(this.life);
  }

  /** Nobody pulls the plug any more, and whoever finds it dark switches it on. */
  switchOn(): void {
    this.life?.disarm();
    this.nextFuse = null;
    if (this.life !== null) return;
    this.stopWaiting();
    this.start();
  }

  note(text: string): void {
    this.trace.push(`${this.seconds.toFixed(3)} ${text}`);
  }

  mendDisk(): void {
    this.medium.commitLatencyMs = IDLE_DISK_MS;
    delete this.medium.quotaBytes;
    this.disk.mend();
  }
}
