/** OpenEVSE over RAPI: read first, reconcile, assert what the station wants, feed the watchdog, come back after any loss. */
import { describeError, KerbsideError } from '../../../base/errors.ts';
import type { Log } from '../../../base/log.ts';
import type { Stop } from '../../../base/signal.ts';
import type { Clock, SerialPorts } from '../../../platform/ports.ts';
import type { Charger, ChargerFacts, ChargerListener, DriverMemory, Offer } from '../../charger.ts';
import { isRegisterMemory, nextRegister, type RegisterMemory } from './energy-register.ts';
import { isLocked, moveLock } from './openevse-lock.ts';
import { NOTHING, refusalOf, stateOf, type Known } from './openevse-state.ts';
import { toBytes, type RapiFrame } from './rapi-frame.ts';
import { RapiLink, type RapiReply } from './rapi-link.ts';
import { explainLine, faultOf, flagNames, mcuIdOf, pilotOf, stateName, VFLAG } from './rapi-meaning.ts';
import { Watchdog } from './watchdog.ts';

export interface OpenEvseDeps {
  readonly clock: Clock;
  readonly serial: SerialPorts;
  readonly memory: DriverMemory;
  readonly log: Log;
  readonly portId: string;
}

export const OPENEVSE_LINE = { baudRate: 115_200, dataBits: 8, parity: 'none', stopBits: 1 } as const;

const POLL_MS = 1000;
/** Silence that means that the link is dead. */
const SILENT_MS = 8000;
const REOPEN_MS = [1000, 2000, 5000, 10_000];
const TEMPERATURE_EVERY = 15;
/** The station shouldn't wait for ever for a controller that isn't there at the start. */
const START_PATIENCE_MS = 6000;
/** The supervising loop comes by every 5 s at the latest. */
const SUPERVISED_MS = 12_000;


export class OpenEvseCharger implements Charger {
  facts: ChargerFacts = {
    vendor: 'OpenEVSE', model: 'OpenEVSE', phases: 1, nominalVoltageV: 240, minCurrentA: 6, maxCurrentA: 32,
    connectors: [{ id: 1, type: 'cType1', canLock: false }],
    failsafe: {
      onHostDeath: 'fallsBack', afterS: 30, fallbackA: 6,
      sentence: 'If this tablet stops, a car that charges goes on with 6 A after 30 s. The controller never opens its relay by itself.',
    },
  };
  private listener: ChargerListener | null = null;
  private link: RapiLink | null = null;
  private watchdog: Watchdog | null = null;
  private known: Known = NOTHING;
  private register: RegisterMemory | null = null;
  private wanted: Offer = { energise: false, maxCurrentA: 6 };
  private asserted: { energise: boolean; amps: number } | null = null;
  private asserting: Promise<void> = Promise.resolve();
  private up = false;
  private detail = 'not connected yet';
  private failures = 0;
  private supervisedMs: number;
  private polls = 0;
  private stopTimer: Stop = () => {};
  private stopWatching: Stop = () => {};
  private stopped = false;
  private connecting = false;
  private restarting = false;
  private firstState: (() => void) | null = null;

  constructor(private readonly deps: OpenEvseDeps) {
    this.supervisedMs = deps.clock.monotonicMs();
  }

  // ---------------------------------------------------------------- Charger

  async start(listener: ChargerListener): Promise<void> {
    this.listener = listener;
    this.supervisedMs = this.deps.clock.monotonicMs();
    const stored = await this.deps.memory.load();
    if (isRegisterMemory(stored)) this.register = stored;
    // The adapter is back: no need to wait for the next attempt.
    this.stopWatching = this.deps.serial.onChange(() => {
      if (this.link === null && !this.connecting) void this.connect();
    });
    // Served or not within a few seconds: a controller that is missing is reported, not waited for.
    await new Promise<void>((resolve) => {
      const stopWaiting = this.deps.clock.after(START_PATIENCE_MS, () => this.firstState?.());
      this.firstState = () => {
        stopWaiting();
        this.firstState = null;
        resolve();
      };
      void this.connect();
    });
    this.report();
  }

  async offer(offer: Offer): Promise<void> {
    this.wanted = offer;
    if (!this.up) throw new KerbsideError('ChargerUnreachable', this.detail);
    try {
      await this.assert();
    } catch (cause) {
      throw new KerbsideError('ChargerUnreachable', describeError(cause), undefined, { cause });
    }
  }

  async lock(connectorId: number): Promise<void> {
    const { link } = this;
    if (!this.canLock(connectorId)) return;
    if (link === null) throw new KerbsideError('ChargerUnreachable', this.detail);
    const locked = await this.lockMoved(link, true).catch((cause: unknown) => {
      throw new KerbsideError('LockFailed', describeError(cause), undefined, { cause });
    });
    if (!locked) throw new KerbsideError('LockFailed', 'the controller says that the plug isn\'t locked');
  }

  async unlock(connectorId: number): Promise<'Unlocked' | 'UnlockFailed' | 'NotSupported'> {
    const { link } = this;
    if (!this.canLock(connectorId)) return 'NotSupported';
    if (link === null) return 'UnlockFailed';
    const locked = await this.lockMoved(link, false).catch(() => true);
    return locked ? 'UnlockFailed' : 'Unlocked';
  }

  /** Only Mennekes-lock builds have one, and they answer $G5; the tethered cable of all others can't be locked. */
  private canLock(connectorId: number): boolean {
    return this.facts.connectors.some(({ id, canLock }) => id === connectorId && canLock);
  }

  private async lockMoved(link: RapiLink, locked: boolean): Promise<boolean> {
    const isNow = await moveLock(link, locked);
    this.known = { ...this.known, locked: isNow };
    this.report();
    return isNow;
  }

  async reset(): Promise<void> {
    await this.link?.command('FR', 1).catch(() => undefined); // it restarts without answering; asked twice, it would twice
  }

  supervise(): void {
    this.supervisedMs = this.deps.clock.monotonicMs();
    this.watchdog?.feed();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.stopTimer();
    this.stopWatching();
    // Leaving a car charging without a station to bill it helps nobody.
    if (this.up) await this.link?.command('FS').catch(() => undefined);
    await this.link?.close();
    this.listener = null;
  }

  // ---------------------------------------------------------------- link

  private async connect(): Promise<void> {
    if (this.stopped || this.connecting) return;
    const { serial, clock, portId, log } = this.deps;
    this.connecting = true;
    this.stopTimer();
    try {
      const line = await serial.open(portId, OPENEVSE_LINE);
      if (this.ended()) return void (await line.close());
      const link: RapiLink = new RapiLink(line, clock, {
        onEvent: (frame) => this.event(frame),
        onLine: (direction, text) => this.listener?.onLine?.(direction, toBytes(text), explainLine(text)),
      });
      line.onLost((why, detail) => this.lost(link, `the port is ${why}${detail === '' ? '' : `: ${detail}`}`));
      this.link = link;
      await this.recipe(link);
      this.failures = 0;
      this.connecting = false;
      if (this.link === link) this.poll(link);
    } catch (error) {
      this.connecting = false;
      log('warn', 'openevse', describeError(error));
      this.lost(this.link, describeError(error));
    }
  }

  /** Start-up: who are you, are your checks on, arm the watchdog, where do we stand, then what the station wants. */
  private async recipe(link: RapiLink): Promise<void> {
    const version = accepted('GV', await link.hello(SILENT_MS));
    const [, flagText = '0'] = (await need(link, 'GE')).tokens;
    const [minA = '6', , , maxA = '32'] = (await need(link, 'GC')).tokens;
    const lock = await link.command('G5');
    const [, milliVolts = '240000'] = (await need(link, 'GG')).tokens;
    const mcuId = mcuIdOf((await link.command('GI', 1).catch(() => null))?.line ?? '');
    const flags = Number.parseInt(flagText, 16);
    const voltageV = positive(milliVolts, 240_000) / 1000;
    this.known = { ...this.known, flags, voltageV };
    this.facts = {
      ...this.facts,
      firmware: version.tokens[0] ?? 'unknown', ...(mcuId === null ? {} : { serialNumber: mcuId }), model: `OpenEVSE (RAPI ${version.tokens[1] ?? '?'})`,
      nominalVoltageV: Math.round(voltageV), minCurrentA: positive(minA, 6), maxCurrentA: positive(maxA, 32),
      connectors: [{ id: 1, type: lock.ok ? 'sType2' : 'cType1', canLock: lock.ok }],
    };
    this.watchdog = new Watchdog(link, this.deps.clock, this.deps.log, () => this.reassert());
    await this.watchdog.arm();
    await this.read(link);
    this.asserted = null;
    this.up = true;
    await this.assert();
    this.report();
    this.firstState?.();
  }

  /** A function, so that the answer from before a wait isn't taken for the one after. */
  private ended(): boolean {
    return this.stopped;
  }

  private lost(link: RapiLink | null, why: string): void {
    if (this.stopped || link !== this.link) return;
    this.link = null;
    this.watchdog = null;
    this.up = false;
    this.asserted = null;
    this.detail = why;
    this.stopTimer();
    void link?.close();
    this.report();
    const delayMs = REOPEN_MS[Math.min(this.failures, REOPEN_MS.length - 1)] ?? 10_000;
    this.failures += 1;
    this.stopTimer = this.deps.clock.after(delayMs, () => void this.connect());
  }

  private poll(link: RapiLink): void {
    this.stopTimer();
    this.stopTimer = this.deps.clock.after(POLL_MS, () => {
      this.read(link).then(() => this.assert()).then(() => this.report(), (error: unknown) => {
        if (this.deps.clock.monotonicMs() - link.lastHeardMs >= SILENT_MS) this.lost(link, describeError(error));
      }).finally(() => {
        if (this.link === link && !this.stopped) this.poll(link);
      });
    });
  }

  private async read(link: RapiLink): Promise<void> {
    const { tokens: [state = '0', , pilotState = '0', vflags = '0'] } = await need(link, 'GS');
    this.takeState(Number.parseInt(state, 16), Number.parseInt(pilotState, 16), Number.parseInt(vflags, 16));
    const { tokens: [milliAmps = '0', milliVolts = '0'] } = await need(link, 'GG');
    const voltageV = positive(milliVolts, this.known.voltageV * 1000) / 1000;
    this.known = { ...this.known, currentA: Math.max(0, Number(milliAmps) || 0) / 1000, voltageV };
    let { tokens: [sessionWs = '0', lifetimeWh = '0'] } = await need(link, 'GU');
    if (this.register !== null && Number(lifetimeWh) !== this.register.lifetimeWh) {
      // A session has just been taken in: whether this one is another needs the state of now, not of a moment ago.
      const { tokens: [stateNow = '0', , pilotNow = '0', vflagsNow = '0'] } = await need(link, 'GS');
      this.takeState(Number.parseInt(stateNow, 16), Number.parseInt(pilotNow, 16), Number.parseInt(vflagsNow, 16));
      ({ tokens: [sessionWs = '0', lifetimeWh = '0'] } = await need(link, 'GU'));
    }
    await this.takeEnergy(Number(lifetimeWh), Number(sessionWs));
    if (this.facts.connectors[0]?.canLock === true) this.known = { ...this.known, locked: await isLocked(link) };
    if (this.polls++ % TEMPERATURE_EVERY === 0) await this.readSlowly(link);
  }

  private async readSlowly(link: RapiLink): Promise<void> {
    const temperatures = (await link.command('GP')).tokens.map(Number).filter((tenths) => Number.isFinite(tenths) && tenths > -2560);
    const counters = await link.command('GF');
    const settings = await link.command('GE');
    this.known = {
      ...this.known,
      temperatureC: temperatures.length === 0 ? null : Math.max(...temperatures) / 10,
      counters: counters.ok ? counters.tokens.join(' / ') : '',
      flags: settings.ok ? Number.parseInt(settings.tokens[1] ?? '0', 16) : this.known.flags,
    };
    // Lower than asked, from heat that has passed or from a command that was refused: ask again. Not when it has fallen
    // back for want of a heartbeat: a hung station's polls must not undo that.
    const mayRaise = settings.ok && this.asserted?.energise === true && this.watchdog?.isStarved !== true;
    if (mayRaise && Number(settings.tokens[0]) !== this.asserted?.amps) this.asserted = null;
  }

  private event(frame: Extract<RapiFrame, { kind: 'event' }>): void {
    const { link } = this;
    if (frame.name === 'AT' && this.up) {
      const [state = '0', pilotState = '0', amps = '0', vflags = '0'] = frame.tokens;
      this.takeState(Number.parseInt(state, 16), Number.parseInt(pilotState, 16), Number.parseInt(vflags, 16));
      this.takePilot(Number(amps));
      this.report();
    } else if (frame.name === 'AB' && this.up && link !== null && !this.restarting) {
      // It restarted under us, and begins to charge by itself, at its own maximum: first the limit (or sleep), before it
      // closes the relay; then everything is read and asserted anew.
      this.deps.log('warn', 'openevse', 'the controller has restarted');
      this.restarting = true;
      this.asserted = null;
      this.assert().then(() => this.recipe(link)).catch((error: unknown) => this.lost(link, describeError(error))).finally(() => {
        this.restarting = false;
      });
    }
  }

  // ---------------------------------------------------------------- what is, what shall be

  private takeState(state: number, pilotState: number, vflags: number): void {
    if ([state, pilotState, vflags].some((part) => Number.isNaN(part))) return;
    this.known = { ...this.known, state, vflags, pilot: pilotOf(state, pilotState, this.known.pilot) };
  }

  /** After heat, as after a missed heartbeat, the controller goes back to its own maximum: never stay above what we asked for. */
  private takePilot(amps: number): void {
    if (this.asserted !== null && amps > this.asserted.amps && !this.restarting) this.reassert();
  }

  /** A register that has been reported never falls: it is on the disk first. */
  private async takeEnergy(lifetimeWh: number, sessionWs: number): Promise<void> {
    if (!Number.isFinite(lifetimeWh) || !Number.isFinite(sessionWs) || lifetimeWh < 0 || sessionWs < 0) return;
    const before = this.register;
    // With the pilot at -12 V the controller can't tell whether a car is there.
    const connected = this.known.state === 0xff ? (before?.sessionOpen ?? false) : (this.known.vflags & VFLAG.evConnected) !== 0;
    const next = nextRegister(before, lifetimeWh, sessionWs, connected);
    const changed = before?.lifetimeWh !== next.lifetimeWh || before.sessionWs !== next.sessionWs || before.sessionOpen !== next.sessionOpen;
    if (changed) await this.deps.memory.save(next);
    this.register = next;
  }

  private get refusal(): string | undefined {
    return refusalOf(this.known.flags);
  }

  /** Its own watchdog leaves a car 6 A; as long as there is something here that can tell it to stop, it is told. */
  private get supervised(): boolean {
    return this.deps.clock.monotonicMs() - this.supervisedMs <= SUPERVISED_MS;
  }

  /** One at a time, so that the last wish is the last command. */
  private assert(): Promise<void> {
    const done = this.asserting.then(() => this.assertNow());
    this.asserting = done.catch(() => undefined);
    return done;
  }

  /** $SC always volatile: the EEPROM wears. $FS keeps a controller from starting by itself. */
  private async assertNow(): Promise<void> {
    const { link, wanted, facts } = this;
    if (link === null) return;
    const energise = wanted.energise && this.supervised && this.refusal === undefined && wanted.maxCurrentA >= facts.minCurrentA;
    const amps = Math.max(facts.minCurrentA, Math.floor(Math.min(wanted.maxCurrentA, facts.maxCurrentA)));
    const asleep = this.known.state === 0xfe;
    const disabled = this.known.state === 0xff;
    const setLimit = async (): Promise<void> => {
      if (this.asserted?.amps !== amps) await link.command(`SC ${amps} V`);
    };
    if (energise) {
      await setLimit();
      if (this.asserted?.energise !== true || asleep || disabled) await need(link, 'FE');
    } else {
      const mayStart = (this.known.vflags & VFLAG.chargingOn) !== 0 || !(asleep || faultOf(this.known.state) !== null);
      if (this.asserted?.energise !== false || mayStart) {
        if (disabled) await need(link, 'FE'); // it holds the pilot at -12 V: no car could be seen
        await need(link, 'FS');
      }
      await setLimit();
    }
    this.asserted = { energise, amps };
  }

  /** The controller fell back to another current: set ours again at once. */
  private reassert(): void {
    this.asserted = null;
    void this.assert().catch((error: unknown) => this.deps.log('warn', 'openevse', describeError(error)));
  }

  private report(): void {
    this.listener?.onState(stateOf(this.known, {
      up: this.up, detail: this.detail, phases: this.facts.phases, nowMs: this.deps.clock.monotonicMs(), registerWh: this.register?.registerWh ?? 0,
    }));
  }

  technicianFacts(): readonly { readonly label: string; readonly value: string; readonly warn?: boolean }[] {
    const { known } = this;
    return [
      { label: 'State', value: stateName(known.state), warn: faultOf(known.state) !== null },
      { label: 'Settings', value: flagNames(known.flags).join(', ') || 'none', warn: this.refusal !== undefined },
      { label: 'Trips: GFCI / no ground / stuck relay', value: known.counters || 'not known' },
      { label: 'Heartbeat', value: this.watchdog?.summary ?? 'not armed', warn: this.watchdog?.missed === true },
    ];
  }
}

/** @throws KerbsideError `Refused` when the controller says no */
async function need(link: RapiLink, command: string): Promise<{ readonly tokens: readonly string[] }> {
  return accepted(command, await link.command(command));
}

function accepted(command: string, reply: RapiReply): RapiReply {
  if (!reply.ok) throw new KerbsideError('Refused', `the controller refused ${command}`);
  return reply;
}

function positive(text: string, otherwise: number): number {
  const value = Number(text);
  return Number.isFinite(value) && value > 0 ? value : otherwise;
}
