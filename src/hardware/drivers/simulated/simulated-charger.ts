/** A charger with a car, on port time: what a technician, a test and a first start need without a wall box. */
import { KerbsideError } from '../../../base/errors.ts';
import type { Stop } from '../../../base/signal.ts';
import type { Clock, Random } from '../../../platform/ports.ts';
import type {
  Charger, ChargerFacts, ChargerFault, ChargerListener, ChargerState, DriverMemory, FaultCode, MeterReading, Offer, PilotState,
  SimulationControls,
} from '../../charger.ts';
import { DurableReports } from './durable-reports.ts';
import { freshSimulation, restoreSimulation, type SimulationState } from './saved-simulation.ts';
import { connectedPhases, MIN_CURRENT_A, simulatedFacts, type SimulatedChargerOptions } from './simulated-facts.ts';
import { SimulatedSecc } from './simulated-secc.ts';
import { SigningMeter } from './signing-meter.ts';
import { nextCar, rampedCurrentA, takeIn, targetCurrentA, wantsEnergy } from './simulated-ev.ts';

export interface SimulatedChargerDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly memory: DriverMemory;
  /** Needed where the meter signs. */
  readonly crypto?: Crypto;
  readonly options: SimulatedChargerOptions;
}

const CONTACTOR_DELAY_MS = 1000;
const TICK_MS = 1000;
const NO_OFFER: Offer = { energise: false, maxCurrentA: 0 };

export class SimulatedCharger implements Charger, SimulationControls {
  facts: ChargerFacts;
  readonly secc: SimulatedSecc;
  readonly simulation: SimulationControls = this;
  private readonly clock: Clock;
  private readonly random: Random;
  private readonly reports: DurableReports<SimulationState>;
  private sim: SimulationState;
  private meter: SigningMeter | null = null;
  private listener: ChargerListener | null = null;
  private standing: Offer = NO_OFFER;
  private contactorClosed = false;
  private currentA: number[] = [];
  private voltageV: number[] = [];
  private integratedMs = 0;
  private savedWh = 0;
  private stopTimer: Stop | null = null;
  /** Plugs that won't lock; whoever pulls one out pushes it in well the next time. */
  private readonly jammed = new Set<number>();

  constructor(private readonly deps: SimulatedChargerDeps) {
    const { clock, random, memory, options } = deps;
    this.clock = clock;
    this.random = random;
    this.facts = simulatedFacts(options);
    this.secc = new SimulatedSecc(this.clock, () => this.update());
    this.sim = freshSimulation(0, this.facts.phases);
    this.measure(0);
    this.reports = new DurableReports(memory, () => this.capture());
  }

  /** Restores car, faults and register as they were, and reports the first state once they are saved. */
  async start(listener: ChargerListener): Promise<void> {
    const fresh = freshSimulation(Math.round(2_000_000 + this.random.next() * 6_000_000) / 1000, this.facts.phases);
    this.sim = restoreSimulation(await this.deps.memory.load(), fresh);
    this.savedWh = this.sim.energyWh;
    await this.sealMeter();
    this.listener = listener;
    this.integratedMs = this.clock.monotonicMs();
    this.measure(0);
    await this.reports.changed();
  }

  private async sealMeter(): Promise<void> {
    const { options, crypto } = this.deps;
    if (options.signs !== true || crypto === undefined) return;
    this.meter = await SigningMeter.create(crypto, `SIM-M${options.evseId}`, this.sim.meterKeys);
    this.sim.meterKeys = this.meter.keys;
    this.facts = { ...this.facts, meterPublicKey: this.meter.publicKey };
  }

  async offer(offer: Offer): Promise<void> {
    if (this.listener === null) throw new KerbsideError('ChargerUnreachable', 'the simulated charger isn\'t running');
    const before = this.standing;
    this.standing = offer;
    // No car likes its phases changed under load.
    if (before.phases !== offer.phases || before.phaseToUse !== offer.phaseToUse) this.interrupt();
    this.update();
  }

  async lock(connectorId: number): Promise<void> {
    if (!this.connector(connectorId).canLock) return;
    if (this.lockBroken(connectorId) || this.jammed.has(connectorId)) throw new KerbsideError('LockFailed', `the plug of connector ${connectorId} didn't lock`);
    if (!this.sim.locked.includes(connectorId)) this.sim.locked.push(connectorId);
    this.update();
  }

  async unlock(connectorId: number): Promise<'Unlocked' | 'UnlockFailed' | 'NotSupported'> {
    if (!this.connector(connectorId).canLock) return 'NotSupported';
    if (this.lockBroken(connectorId)) return 'UnlockFailed';
    this.sim.locked = this.sim.locked.filter((id) => id !== connectorId);
    this.update();
    return 'Unlocked';
  }

  /** The contactor opens and closes again as after a cold start. */
  async reset(): Promise<void> {
    this.integrate();
    this.openContactor();
    this.update();
  }

  /** Nothing to feed: the simulation dies with its host. */
  supervise(): void {}

  async stop(): Promise<void> {
    if (this.listener === null) return;
    this.integrate();
    this.openContactor();
    this.standing = NO_OFFER;
    this.listener = null;
    await this.reports.changed();
  }

  // -------------------------------------------------------------- the simulation's hand

  plugIn(connectorId = 1): void {
    this.connector(connectorId);
    if (this.sim.plugged.includes(connectorId)) return;
    if (this.sim.plugged.length === 0) nextCar(this.sim.ev, this.random.next());
    this.sim.plugged.push(connectorId);
    this.update();
  }

  /** Pulls the cable off the car; a locked plug stays in the station's socket, so this always works. */
  unplug(connectorId = 1): void {
    this.connector(connectorId);
    if (!this.sim.plugged.includes(connectorId)) return;
    this.integrate();
    this.openContactor();
    this.sim.plugged = this.sim.plugged.filter((id) => id !== connectorId);
    this.jammed.delete(connectorId);
    this.sim.ev.suspended = false;
    this.sim.needsVentilation = false;
    this.update();
  }

  evSuspend(): void {
    this.sim.ev.suspended = true;
    this.update();
  }

  evResume(): void {
    this.sim.ev.suspended = false;
    this.update();
  }

  /** @throws KerbsideError `BadEv` */
  setEv(change: { demandW?: number; phases?: 1 | 2 | 3; socPercent?: number }): void {
    const { demandW, phases, socPercent } = change;
    if (demandW !== undefined && !(demandW >= 0 && demandW <= 1_000_000)) throw badEv('demandW must be between 0 and 1000000');
    if (phases !== undefined && ![1, 2, 3].includes(phases)) throw badEv('phases must be 1, 2 or 3');
    if (socPercent !== undefined && !(socPercent >= 0 && socPercent <= 100)) throw badEv('socPercent must be between 0 and 100');
    this.integrate();
    const { ev } = this.sim;
    if (demandW !== undefined) ev.demandW = demandW;
    if (phases !== undefined) ev.phases = phases;
    if (socPercent !== undefined) {
      ev.socPercent = socPercent;
      ev.tellsSoc = true;
      ev.socForNextCar = this.sim.plugged.length === 0;
    }
    this.update();
  }

  /** The car asks for a ventilated place (pilot D): a station without a fan gives it nothing. */
  evNeedsVentilation(needed: boolean): void {
    this.sim.needsVentilation = needed;
    this.update();
  }

  fault(code: FaultCode, connectorId?: number): void {
    const fault: ChargerFault = { code, vendorCode: `SIM-${code}`, info: 'Simulated' };
    if (connectorId === undefined) {
      this.sim.faults = [...this.sim.faults.filter((known) => known.code !== code), fault];
    } else {
      this.connector(connectorId);
      this.clearConnectorFault(code, connectorId);
      if (this.active() === connectorId) this.interrupt();
      this.sim.connectorFaults.push({ connectorId, fault });
    }
    this.update();
  }

  /** Without a code: all of them; without a connector: wherever the fault is. */
  clearFault(code?: FaultCode, connectorId?: number): void {
    if (connectorId === undefined) this.sim.faults = code === undefined ? [] : this.sim.faults.filter((fault) => fault.code !== code);
    this.clearConnectorFault(code, connectorId);
    this.update();
  }

  jamLock(jammed: boolean, connectorId = 1): void {
    this.connector(connectorId);
    if (jammed) this.jammed.add(connectorId);
    else this.jammed.delete(connectorId);
  }

  parkingBay(occupied: boolean): void {
    this.sim.bayOccupied = occupied;
    this.update();
  }

  /** Key figures of the simulated car for the technician. */
  technicianFacts(): { label: string; value: string }[] {
    const { ev } = this.sim;
    return [
      { label: 'Battery', value: `${ev.socPercent.toFixed(1)} % of ${ev.capacityWh / 1000} kWh` },
      { label: 'Car takes at most', value: `${(ev.demandW / 1000).toFixed(1)} kW on ${ev.phases} phase${ev.phases === 1 ? '' : 's'}` },
    ];
  }

  // -------------------------------------------------------------- inside

  /** Brings contactor, current and timer in line with offer, car and faults, then saves and reports. */
  private update(): void {
    if (this.listener === null) return;
    this.secc.observe(this.sim.plugged.length > 0, this.offered());
    this.integrate();
    if (!this.mayFlow()) this.openContactor();
    else if (!this.contactorClosed) this.schedule(CONTACTOR_DELAY_MS, () => this.closeContactor());
    void this.reports.changed();
  }

  private closeContactor(): void {
    this.integratedMs = this.clock.monotonicMs();
    this.contactorClosed = true;
    this.schedule(TICK_MS, () => this.tick());
    void this.reports.changed();
  }

  private openContactor(): void {
    this.stopTimer?.();
    this.stopTimer = null;
    this.contactorClosed = false;
    this.measure(0);
  }

  private tick(): void {
    const elapsedS = this.integrate();
    if (!this.mayFlow()) {
      this.openContactor(); // full
    } else {
      const { nominalVoltageV, maxCurrentA } = this.facts;
      const offeredA = Math.min(this.standing.maxCurrentA, maxCurrentA);
      const targetA = targetCurrentA(this.sim.ev, offeredA, nominalVoltageV, connectedPhases(this.standing, this.facts).length);
      this.measure(rampedCurrentA(this.idealA, targetA, elapsedS));
      this.schedule(TICK_MS, () => this.tick());
    }
    void this.reports.changed();
  }

  private schedule(delayMs: number, then: () => void): void {
    if (this.stopTimer !== null) return;
    this.stopTimer = this.clock.after(delayMs, () => {
      this.stopTimer = null;
      then();
    });
  }

  /** Adds what flowed since the last look, at the power that flowed. Answers the time, s. */
  private integrate(): number {
    const now = this.clock.monotonicMs();
    const elapsedS = (now - this.integratedMs) / 1000;
    this.integratedMs = now;
    const energyWh = (this.powerW() * elapsedS) / 3600;
    if (energyWh > 0) {
      this.sim.energyWh += energyWh;
      this.currentA.forEach((current, index) => {
        this.sim.phaseEnergyWh[index] = (this.sim.phaseEnergyWh[index] ?? 0) + (current * (this.voltageV[index] ?? 0) * elapsedS) / 3600;
      });
      takeIn(this.sim.ev, energyWh);
    }
    return elapsedS;
  }

  /** Current per phase without the meter's noise. */
  private idealA = 0;

  /** New readings: the grid and the meter are never quite still (0.3 % of voltage, 0.2 % of current). */
  private measure(currentA: number): void {
    this.idealA = currentA;
    const drawing = connectedPhases(this.standing, this.facts).slice(0, this.sim.ev.phases);
    const noisy = (value: number, share: number): number => value * (1 + (this.random.next() * 2 - 1) * share);
    const phases = Array.from({ length: this.facts.phases }, (_, index) => index);
    this.voltageV = phases.map(() => noisy(this.facts.nominalVoltageV, 0.003));
    this.currentA = phases.map((index) => (drawing.includes(index) && currentA > 0 ? noisy(currentA, 0.002) : 0));
  }

  private interrupt(): void {
    this.integrate();
    this.openContactor();
  }

  private powerW(): number {
    return this.currentA.reduce((sum, current, index) => sum + current * (this.voltageV[index] ?? 0), 0);
  }

  private offered(): boolean {
    return this.standing.energise && this.standing.maxCurrentA >= MIN_CURRENT_A && !this.faulted();
  }

  private faulted(): boolean {
    return this.sim.faults.length > 0 || (this.sim.plugged.length > 0 && this.active() === undefined);
  }

  /** The connector that is energised: the first with a cable, of those that aren't broken. */
  private active(): number | undefined {
    return this.sim.plugged.find((id) => !this.sim.connectorFaults.some((entry) => entry.connectorId === id));
  }

  private asksForEnergy(): boolean {
    return wantsEnergy(this.sim.ev) && !this.secc.holdsBack;
  }

  private mayFlow(): boolean {
    return this.active() !== undefined && this.offered() && this.asksForEnergy() && !this.sim.needsVentilation;
  }

  private pilot(connectorId: number): PilotState {
    const faults = [...this.sim.faults, ...this.sim.connectorFaults.filter((entry) => entry.connectorId === connectorId).map((entry) => entry.fault)];
    if (faults.some((fault) => fault.code === 'InternalError')) return 'F';
    if (faults.some((fault) => fault.code === 'EVCommunicationError')) return 'E';
    if (!this.sim.plugged.includes(connectorId)) return 'A';
    if (connectorId !== this.active() || !this.offered() || !this.asksForEnergy()) return 'B';
    return this.sim.needsVentilation ? 'D' : 'C';
  }

  private state(energyImportWh: number): ChargerState {
    const powerW = this.powerW();
    const { ev } = this.sim;
    const meter: MeterReading = {
      atMonotonicMs: this.integratedMs, energyImportWh, powerW, currentA: this.currentA, voltageV: this.voltageV, frequencyHz: 50,
      phaseEnergyImportWh: [...this.sim.phaseEnergyWh],
      ...(ev.tellsSoc && this.sim.plugged.length > 0 ? { socPercent: Math.round(ev.socPercent * 10) / 10 } : {}),
    };
    return {
      link: 'up',
      connectors: this.facts.connectors.map(({ id }) => ({
        id, pilot: this.pilot(id), plugged: this.sim.plugged.includes(id), locked: this.sim.locked.includes(id),
        faults: this.sim.connectorFaults.filter((entry) => entry.connectorId === id).map((entry) => entry.fault),
      })),
      contactorClosed: this.contactorClosed,
      faults: [...this.sim.faults],
      meter,
      phasesInUse: powerW > 0 ? Math.min(ev.phases, connectedPhases(this.standing, this.facts).length) : null,
      bayOccupied: this.sim.bayOccupied,
    };
  }

  /** If the disk refuses, the register is told as it was last saved: it must not fall after a restart. */
  private capture(): { save: SimulationState; report: (saved: boolean) => void | Promise<void> } {
    if (this.meter !== null) this.sim.pages += 1;
    const save = structuredClone(this.sim);
    const state = this.state(save.energyWh);
    return {
      save,
      report: (saved) => {
        if (saved) this.savedWh = save.energyWh;
        const told = saved ? state : { ...state, meter: { ...state.meter, energyImportWh: this.savedWh } };
        if (this.meter === null) return this.listener?.onState(told);
        return this.meter.sign(told.meter.energyImportWh, this.clock.wallMs(), save.pages)
          .then((signed) => this.listener?.onState({ ...told, meter: { ...told.meter, signed } }));
      },
    };
  }

  private lockBroken(connectorId: number): boolean {
    const broken = (fault: ChargerFault): boolean => fault.code === 'ConnectorLockFailure';
    return this.sim.faults.some(broken) || this.sim.connectorFaults.some((entry) => entry.connectorId === connectorId && broken(entry.fault));
  }

  private clearConnectorFault(code: FaultCode | undefined, connectorId: number | undefined): void {
    this.sim.connectorFaults = this.sim.connectorFaults.filter((entry) =>
      (connectorId !== undefined && entry.connectorId !== connectorId) || (code !== undefined && entry.fault.code !== code));
  }

  private connector(id: number): ChargerFacts['connectors'][number] {
    const connector = this.facts.connectors.find((candidate) => candidate.id === id);
    if (connector === undefined) throw new KerbsideError('UnknownConnector', `EVSE ${this.deps.options.evseId} has no connector ${id}`);
    return connector;
  }
}

function badEv(message: string): KerbsideError {
  return new KerbsideError('BadEv', message, message);
}
