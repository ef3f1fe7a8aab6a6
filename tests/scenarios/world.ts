/** A whole station on virtual time: agent, simulated chargers, books that can crash, and a CSMS on the wire. */
import type { AgentOptions } from '../../src/assembly/agent.ts';
import { createAgent, type StationAgent } from '../../src/assembly/create-agent.ts';
import type { Loaders } from '../../src/assembly/loaders.ts';
import { edition as v16 } from '../../src/editions/v16/index.ts';
import { edition as v201 } from '../../src/editions/v201/index.ts';
import type { SimulatedConnector, SimulationControls } from '../../src/hardware/charger.ts';
import type { Clock, Network, SerialPorts } from '../../src/platform/ports.ts';
import * as simulated from '../../src/hardware/drivers/simulated/simulated-charger.ts';
import { SwitchableNetwork } from '../../src/platform/switchable-network.ts';
import { MemoryStore } from '../../src/platform/virtual/memory-store.ts';
import { SeededRandom } from '../../src/platform/virtual/seeded-random.ts';
import { ProcessClock, VirtualClock } from '../../src/platform/virtual/virtual-clock.ts';
import { virtualCrypto } from '../../src/platform/virtual/virtual-crypto.ts';
import { VirtualSerialPorts } from '../../src/platform/virtual/virtual-serial-ports.ts';
import { virtualX509 } from '../../src/platform/virtual/virtual-x509.ts';
import { StoredKeys } from '../../src/platform/x509/stored-keys.ts';
import { VirtualFirmware } from '../../src/platform/virtual/virtual-firmware.ts';
import { VirtualHttp } from '../../src/platform/virtual/virtual-http.ts';
import { VirtualNetwork } from '../../src/platform/virtual/virtual-network.ts';
import { FakeCsms } from './fake-csms.ts';

export const T0 = Date.UTC(2026, 5, 1, 12, 0, 0);
export const CARD = { value: 'CARD0001', type: 'ISO14443' };

/** At hand already: a lazy chunk would load on the machine's time, not on ours. */
await Promise.all([v16.validators.load(), v201.validators.load()]);
const load: Loaders = { edition: (name) => Promise.resolve(name === 'ocpp1.6' ? v16 : v201), simulated: () => Promise.resolve(simulated) };

export interface WorldOptions {
  readonly edition?: 'ocpp2.0.1' | 'ocpp1.6';
  readonly evses?: number;
  /** Of each EVSE; default one type 2 with a lock. */
  readonly connectors?: readonly SimulatedConnector[];
  /** The meters sign what they read. */
  readonly signs?: boolean;
  readonly settings?: readonly (readonly [string, string])[];
  readonly seed?: number;
  /** What the technician set up. Default: ws, security profile 0, no password. */
  readonly link?: Partial<Pick<AgentOptions, 'csmsUrl' | 'securityProfile' | 'password'>>;
  /** As in a tab: TLS and client certificates are the browser's business, and failures have no cause. */
  readonly likeBrowser?: boolean;
  /** Of the simulated wall box. Default: three phases, one of which it can choose. */
  readonly wiring?: { readonly phases?: 1 | 3; readonly phaseSwitching?: boolean };
  /** C16.FR.01: a screen lets the user choose what a master pass ends. */
  readonly masterPassChoice?: boolean;
  /** In place of a simulated wall box: what is described, at the far ends of these ports. */
  readonly hardware?: { readonly config: AgentOptions['hardware']; readonly serial: (clock: VirtualClock) => SerialPorts };
}

export class World {
  readonly clock = new VirtualClock({ wallStartMs: T0 });
  readonly network: VirtualNetwork;
  readonly csms: FakeCsms;
  readonly random: SeededRandom;
  /** The file server that the CSMS names in its requests. */
  readonly http = new VirtualHttp(this.clock);
  /** What this host installs and becomes; a version 2 that works unless a test says otherwise. */
  readonly firmware = new VirtualFirmware();
  readonly logs: string[] = [];
  private readonly serial: SerialPorts | null;
  store: MemoryStore;
  /** What the technician sets up; a change counts from the next start on. */
  link: NonNullable<WorldOptions['link']>;
  private process!: ProcessClock;
  agent!: StationAgent;

  constructor(protected readonly options: WorldOptions = {}) {
    this.link = options.link ?? {};
    this.random = new SeededRandom(options.seed ?? 1);
    this.network = new VirtualNetwork({ clock: this.clock, latencyMs: 20, likeBrowser: options.likeBrowser === true });
    this.csms = new FakeCsms(this.network, () => T0 + this.clock.monotonicMs(), options.edition ?? 'ocpp2.0.1');
    this.store = new MemoryStore({ clock: this.clock, commitLatencyMs: 3 });
    this.serial = options.hardware?.serial(this.clock) ?? null;
  }

  /** Starts the station and waits until it is registered. */
  static async started(options: WorldOptions = {}): Promise<World> {
    const world = new World(options);
    await world.start();
    return world;
  }

  async start(seconds = 2): Promise<void> {
    this.process = new ProcessClock(this.clock);
    const agentOptions: AgentOptions = {
      identity: 'CP1', csmsUrl: 'ws://csms.example/ocpp', securityProfile: 0, editions: ['ocpp2.0.1', 'ocpp1.6'], ...this.link,
      hardware: this.options.hardware?.config ?? { kind: 'simulated', evses: this.options.evses ?? 1, ...(this.options.connectors === undefined ? {} : { connectors: this.options.connectors }), signs: this.options.signs === true, ...this.options.wiring }, currency: 'EUR', factorySettings: this.options.settings ?? [],
      masterPassChoice: this.options.masterPassChoice ?? false,
    };
    this.agent = createAgent({
      clock: this.process, random: this.random, store: this.store, network: this.networkFor(this.process), serial: this.serial,
      http: this.http, crypto: virtualCrypto(this.clock),
      x509: virtualX509(this.clock), keys: new StoredKeys(this.store, virtualCrypto(this.clock)), firmware: this.firmware,
    }, agentOptions, load);
    this.agent.onLog((line) => this.logs.push(`${line.level} ${line.source}: ${line.text}`));
    const starting = this.agent.start();
    await this.seconds(seconds);
    await this.clock.waitFor(starting); // a failing disk may take it longer
  }

  /** What a run of the station connects through. */
  protected networkFor(clock: Clock): Network {
    return new SwitchableNetwork(this.network, clock);
  }

  /** As kill -9 or a power cut: what wasn't on the disk is gone, nobody says goodbye. */
  kill(): void {
    this.process.kill();
    this.network.killClients();
    if (this.serial instanceof VirtualSerialPorts) this.serial.hostDied();
    this.store = this.store.crash();
    this.firmware.powerCut();
  }

  seconds(seconds: number): Promise<void> {
    return this.clock.advance(seconds * 1000);
  }

  ev(evse = 1): SimulationControls {
    const controls = this.agent.simulation(evse);
    if (controls === null) throw new RangeError(`EVSE ${evse} isn't simulated`);
    return controls;
  }

  /** Presents a card and lets time pass until it is decided. */
  async card(token = CARD, evse?: number): Promise<{ status: string; by: string }> {
    let decision: { status: string; by: string } | null = null;
    void this.agent.presentToken(token, evse).then((result) => {
      decision = result;
    });
    for (let step = 0; step < 60 && decision === null; step++) await this.seconds(1);
    if (decision === null) throw new RangeError('no decision within a minute');
    return decision;
  }

  /** Asks the station as the CSMS and lets time pass until it has answered. */
  async ask(action: string, payload: Record<string, unknown>): Promise<Record<string, unknown> & { error?: string }> {
    let answer: Record<string, unknown> | null = null;
    void this.csms.call(action, payload).then((result) => {
      answer = result;
    });
    for (let step = 0; step < 100 && answer === null; step++) await this.seconds(0.1);
    if (answer === null) throw new RangeError(`no answer to ${action}`);
    return answer;
  }

  certificates(): ReturnType<StationAgent['certificates']> {
    return this.agent.certificates();
  }

  securityLog(): ReturnType<StationAgent['securityLog']> {
    return this.agent.securityLog();
  }

  get state(): ReturnType<StationAgent['detail']> {
    return this.agent.detail();
  }
}
