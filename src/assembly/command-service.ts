/** What screens may ask, answered by the agent: the other end of link/commands.ts. */
import { describeError, KerbsideError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { Signal, type Stop } from '../base/signal.ts';
import { FAULT_CODES, type FaultCode, type SimulationControls } from '../hardware/charger.ts';
import type {
  ExternalLimitCommand, FrameLogLine, QueueEntry, SerialLogLine, SetupConfig, SimulationCommand, StationCommands, StationLogLine, TokenDecision, VariableEntry,
} from '../link/commands.ts';
import { cardOf } from '../hardware/drivers/readers/cards.ts';
import type { CardType } from '../hardware/reader.ts';
import type { DeviceTest, FoundDevice, HostPort, LineView } from '../link/commissioning.ts';
import type { StationSnapshot } from '../link/snapshot.ts';
import { TOKEN_TYPES } from '../station/types.ts';
import { SerialRecorder } from '../hardware/serial/recorder.ts';
import type { Ports } from '../platform/ports.ts';
import type { SwitchableNetwork } from '../platform/switchable-network.ts';
import { createAgent, type StationAgent } from './create-agent.ts';
import type { Commissioning } from './commissioning.ts';
import { emptySnapshot } from './empty-snapshot.ts';
import { LogRing } from './log-ring.ts';
import { OutOfService } from './out-of-service.ts';
import type { Technician } from './technician.ts';
import { agentOptions, checkHardware, checkSetup, readSetup, saveSetup } from './setup.ts';

export interface CommandServiceDeps {
  readonly ports: Ports;
  readonly network: SwitchableNetwork;
  /** What a host offers for the very first start, e.g. the demonstration with its sandbox CSMS; null: ask. */
  readonly defaultSetup: () => Promise<SetupConfig | null>;
  readonly requestPersistence: () => Promise<boolean | null>;
  /** Reports holes in time, until stopped. */
  readonly watchGaps: (onGap: (gap: { readonly lateMs: number; readonly wallJumpMs: number }) => void) => Stop;
}

export class CommandService implements StationCommands {
  readonly onSnapshot = new Signal<StationSnapshot>();
  private agent: StationAgent | null = null;
  private stopWatching: Stop = () => {};
  private readonly frameLog = new LogRing<FrameLogLine>(2000);
  private readonly serialLog = new LogRing<SerialLogLine>(2000);
  private readonly stationLog = new LogRing<StationLogLine>(1000);

  private readonly service: OutOfService;
  private technician: Promise<Technician> | null = null;
  private readonly recorder: SerialRecorder;
  /** As the host has them, but that what goes over serial lines is recorded. */
  private readonly ports: Ports;

  constructor(private readonly deps: CommandServiceDeps) {
    this.recorder = new SerialRecorder(deps.ports.clock);
    this.ports = { ...deps.ports, serial: deps.ports.serial === null ? null : this.recorder.over(deps.ports.serial) };
    this.service = new OutOfService({
      clock: deps.ports.clock,
      isCharging: () => this.agent?.snapshot().evses.some(({ transaction }) => transaction !== null) === true,
      suspend: () => this.suspend(),
      resume: async () => {
        const config = await readSetup(deps.ports.store);
        if (config !== null) await this.run(config);
      },
    });
  }

  /** Starts with the stored set-up; without one, waits for it. */
  async start(): Promise<void> {
    this.stopWatching = this.deps.watchGaps((gap) => this.agent?.clockGap(gap));
    const { store } = this.deps.ports;
    const stored = await readSetup(store);
    if (stored === null) {
      const offered = await this.deps.defaultSetup();
      if (offered === null) {
        this.onSnapshot.emit(await this.snapshot());
        return;
      }
      await saveSetup(store, offered);
    }
    const config = await readSetup(store);
    if (config !== null) await this.run(config);
  }

  async stop(): Promise<void> {
    this.stopWatching();
    await this.agent?.stop();
    this.agent = null;
  }

  async snapshot(): Promise<StationSnapshot> {
    return this.agent?.snapshot() ?? SETUP_DUE;
  }

  presentToken(token: { value: string; type: string; evse?: number }): Promise<TokenDecision> {
    const value = token.value.trim();
    if (!TOKEN_TYPES.has(token.type)) throw new KerbsideError('BadToken', `no such type of token: ${token.type}`);
    if (token.type === 'NoAuthorization' ? value !== '' : value === '' || value.length > 36) throw new KerbsideError('BadToken', 'an idToken has 1 to 36 characters');
    return this.running().presentToken({ value, type: token.type }, token.evse);
  }

  async presentCard({ uid, type, evse }: { uid: string; type: CardType; evse?: number }): Promise<TokenDecision> {
    if (!CARD_TYPES.has(type) || !/^([0-9A-Fa-f]{2})*$/.test(uid)) throw new KerbsideError('BadToken', 'a card has a UID in hexadecimal and a type');
    const card = cardOf((uid.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16)), type);
    if (typeof card === 'string') return this.running().refuseCard(card, evse);
    return this.running().presentToken({ value: card.idToken, type: card.type }, evse);
  }

  async chooseMasterPass(evses: readonly number[]): Promise<void> {
    this.running().chooseMasterPass(evses);
  }

  async dismissSummary(evse: number): Promise<void> {
    this.running().dismissSummary(evse);
  }

  async extendConnectTimeout(evse: number): Promise<void> {
    this.running().extendConnectTimeout(evse);
  }

  async cancelAuthorization(evse: number): Promise<void> {
    this.running().cancelAuthorization(evse);
  }

  async readSetup(): Promise<SetupConfig | null> {
    const config = await readSetup(this.deps.ports.store);
    if (config === null) return null;
    const { password: _, ...shown } = config;
    return shown;
  }

  async saveSetup(config: SetupConfig): Promise<void> {
    await saveSetup(this.deps.ports.store, config);
    this.service.forget();
    await this.agent?.stop();
    const saved = await readSetup(this.deps.ports.store);
    if (saved !== null) await this.run(saved);
  }

  async testCsms(config: SetupConfig): ReturnType<StationCommands['testCsms']> {
    await checkSetup(config);
    const password = config.password ?? (await readSetup(this.deps.ports.store))?.password;
    const { testCsms } = await import('../csms/test-csms.ts');
    return testCsms(this.deps.ports.network, this.deps.ports.clock, { ...config, ...(password === undefined ? {} : { password }) });
  }

  async serialPorts(): Promise<HostPort[]> {
    return [...(await this.deps.ports.serial?.list() ?? [])];
  }

  probePort(...[portId, step, units]: Parameters<StationCommands['probePort']>): Promise<FoundDevice[]> {
    return this.outOfService((commissioning) => commissioning.probe(portId, step, units));
  }

  async testDevice(...[profile, device]: Parameters<StationCommands['testDevice']>): Promise<DeviceTest> {
    await checkHardware(profile);
    return this.outOfService((commissioning) => commissioning.test(profile, device));
  }

  sendRaw(raw: Parameters<StationCommands['sendRaw']>[0]): ReturnType<StationCommands['sendRaw']> {
    return this.outOfService((commissioning) => commissioning.raw(raw));
  }

  async lines(): Promise<LineView[]> {
    return this.agent?.lines() ?? [];
  }

  async serialRecording(): Promise<string> {
    return this.recorder.text();
  }

  async endCommissioning(): Promise<void> {
    await this.service.resume();
  }

  async testCharger(portId: string, on?: { readonly model: string; readonly unit?: number }): ReturnType<StationCommands['testCharger']> {
    const { serial, clock } = this.deps.ports;
    if (serial === null) return { ok: false, sentence: 'This browser has no Web Serial. Use Chrome or Edge on a desktop.', facts: [] };
    if (on?.model === 'esp32-evse-at') {
      const { testEsp32Evse } = await import('../hardware/drivers/esp32-evse/test-esp32-evse.ts');
      return testEsp32Evse({ serial, clock }, portId);
    }
    if (on !== undefined) {
      const { testModbusController } = await import('../hardware/drivers/modbus/test-controller.ts');
      return testModbusController({ serial, clock }, { ...on, portId });
    }
    const { testCharger } = await import('../hardware/test-charger.ts');
    return testCharger({ serial, clock }, portId);
  }

  async frames(afterId: number): Promise<FrameLogLine[]> {
    return this.frameLog.after(afterId);
  }

  async serialLines(afterId: number): Promise<SerialLogLine[]> {
    return this.serialLog.after(afterId);
  }

  async logLines(afterId: number): Promise<StationLogLine[]> {
    return this.stationLog.after(afterId);
  }

  async queue(): Promise<QueueEntry[]> {
    return this.agent?.queue() ?? [];
  }

  retryParked(sequence: number): Promise<void> {
    return this.running().retryParked(sequence);
  }

  async variables(): Promise<VariableEntry[]> {
    return this.agent?.variables() ?? [];
  }

  async setVariable(component: string, variable: string, value: string): Promise<{ status: string; reason: string | null }> {
    const result = await this.running().setVariable(component, variable, value);
    return { status: result.status, reason: result.reason ?? result.reasonCode ?? null };
  }

  readonly technicianAccess: StationCommands['technicianAccess'] = async () => (await this.desk()).technicianAccess();
  readonly enterTechnician: StationCommands['enterTechnician'] = async (pin) => (await this.desk()).enterTechnician(pin);
  readonly chooseTechnicianPin: StationCommands['chooseTechnicianPin'] = async (pin, current) => (await this.desk()).chooseTechnicianPin(pin, current);
  readonly sessions: StationCommands['sessions'] = async () => (await this.desk()).sessions();
  readonly limits: StationCommands['limits'] = async (evse, durationS) => (await this.desk()).limits(evse, durationS);
  readonly lists: StationCommands['lists'] = async () => (await this.desk()).lists();
  readonly exportConfiguration: StationCommands['exportConfiguration'] = async () => (await this.desk()).exportConfiguration();
  readonly importConfiguration: StationCommands['importConfiguration'] = async (text) => (await this.desk()).importConfiguration(text);
  readonly supportBundle: StationCommands['supportBundle'] = async () => (await this.desk()).supportBundle();

  async reconnect(): Promise<void> {
    this.running().reconnect();
  }

  async resetStation(): Promise<void> {
    this.running().resetStation();
  }

  async requestPersistence(): Promise<boolean> {
    return (await this.deps.requestPersistence()) === true;
  }

  async simulate(what: 'plugIn' | 'unplug' | 'evSuspend' | 'evResume', on: SimulationCommand): Promise<void> {
    const simulation = this.simulation(on.evse);
    switch (what) {
      case 'plugIn': return simulation.plugIn(on.connector);
      case 'unplug': return simulation.unplug(on.connector);
      case 'evSuspend': return simulation.evSuspend();
      case 'evResume': return simulation.evResume();
    }
  }

  async simulateEv(evse: number, ev: Parameters<SimulationControls['setEv']>[0]): Promise<void> {
    this.simulation(evse).setEv(ev);
  }

  async simulateFault(on: SimulationCommand, code: string, present: boolean): Promise<void> {
    if (!FAULT_CODES.has(code)) throw new KerbsideError('UnknownFault', `no such fault: ${code}`);
    const simulation = this.simulation(on.evse);
    if (present) simulation.fault(code as FaultCode, on.connector);
    else simulation.clearFault(code as FaultCode, on.connector);
  }

  setExternalLimit(limit: ExternalLimitCommand): Promise<void> {
    return this.running().setExternalLimit(limit);
  }

  clearExternalLimit(source: ExternalLimitCommand['source'], evse?: number): Promise<void> {
    return this.running().clearExternalLimit(source, evse);
  }

  async simulateBay(evse: number, occupied: boolean): Promise<void> {
    this.simulation(evse).parkingBay(occupied);
  }

  async simulateNetwork(up: boolean): Promise<void> {
    this.simulation(1);
    if (up) {
      this.deps.network.restore();
      this.running().reconnect();
    } else {
      this.deps.network.drop();
    }
  }

  /** Loaded when a technician comes: no driver needs it. */
  private desk(): Promise<Technician> {
    this.technician ??= import('./technician.ts').then(({ Technician: Desk }) => new Desk({
      ports: this.deps.ports, agent: () => this.agent, running: () => this.running(), saveSetup: (config) => this.saveSetup(config),
      logs: async () => ({ snapshot: await this.snapshot(), log: this.stationLog.after(0), frames: this.frameLog.after(0), serial: this.serialLog.after(0) }),
    })).catch((error: unknown) => {
      this.technician = null; // the next try may be luckier
      throw error;
    });
    return this.technician;
  }

  private async outOfService<T>(work: (commissioning: Commissioning) => Promise<T>): Promise<T> {
    const { Commissioning: Bench } = await import('./commissioning.ts');
    const log: Log = (level, source, text) => this.stationLog.add((id) => ({ id, atMs: this.deps.ports.clock.wallMs(), level, source, text }));
    return this.service.during(() => work(new Bench(this.ports, log)));
  }

  /** Whether one was running. Without set-up there is none, and nothing to go back to. */
  private async suspend(): Promise<boolean> {
    const { agent } = this;
    if (agent === null) return false;
    await agent.stop();
    this.onSnapshot.emit(agent.snapshot());
    return true;
  }

  private async run(config: SetupConfig): Promise<void> {
    const agent = createAgent(this.ports, { ...agentOptions(config), masterPassChoice: true });
    this.agent = agent;
    const wallMs = (): number => this.deps.ports.clock.wallMs();
    agent.onSnapshot((snapshot) => this.onSnapshot.emit(snapshot));
    agent.onFrame(({ direction, edition, text }) => this.frameLog.add((id) => ({ id, atMs: wallMs(), direction, edition, text })));
    agent.onLog((line) => this.stationLog.add((id) => ({ ...line, id, atMs: wallMs() })));
    agent.onSerial(({ evseId, direction, bytes, decoded }) => this.serialLog.add((id) => ({
      id, atMs: wallMs(), evseId, direction, decoded,
      hex: [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' '),
      text: String.fromCharCode(...bytes.slice(0, 200)).replace(/[^\x20-\x7e]/g, '·'),
    })));
    try {
      await agent.start();
    } catch (error) {
      this.stationLog.add((id) => ({ id, atMs: wallMs(), level: 'error', source: 'station', text: describeError(error) }));
      throw error;
    }
  }

  private running(): StationAgent {
    if (this.agent === null) throw new KerbsideError('SetupDue', 'the station isn\'t set up', 'Finish the set-up first.');
    return this.agent;
  }

  private simulation(evse: number): SimulationControls {
    const simulation = this.running().simulation(evse);
    if (simulation === null) throw new KerbsideError('NotSimulated', `EVSE ${evse} isn't simulated`, 'This outlet is real hardware.');
    return simulation;
  }
}

const CARD_TYPES: ReadonlySet<string> = new Set<CardType>(['ISO14443', 'ISO15693', 'Local']);
const SETUP_DUE = emptySnapshot({ identity: '', vendor: 'Kerbside', model: '', firmware: '', hardware: 'none', csmsUrl: '', currency: 'EUR' }, 0);
