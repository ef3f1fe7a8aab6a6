/** What one kind of charge controller needs beyond the loop that all of them share. `Device`: how it is talked to. */
import type { SerialSettings } from '../../../platform/ports.ts';
import type { ChargerFacts, ChargerFault, PilotState } from '../../charger.ts';

/** For the technician's bench. */
export interface Detail { readonly label: string; readonly value: string; readonly warn?: boolean }

/** What the controller says of itself in one round. */
export interface ControllerReading {
  readonly pilot: PilotState;
  /** A plug is in, where the controller knows it otherwise than by the pilot. */
  readonly plugged?: boolean;
  /** The plug is held; absent: it has no lock, or doesn't tell. */
  readonly locked?: boolean;
  readonly contactorClosed: boolean;
  readonly faults: readonly ChargerFault[];
  /** Why it can't be let serve, as a sentence: its own safety checks are off, or the like. */
  readonly refusal?: string;
  /** Why what it says of energy isn't measured: it serves only beside a meter. */
  readonly unmeasured?: string;
  /** Per phase; empty: it measures none. */
  readonly currentA: readonly number[];
  readonly voltageV: readonly number[];
  /** Absent: from currents and voltages. */
  readonly powerW?: number;
  /** Its lifetime register; absent: `sessionWh`, else power is summed up here. */
  readonly lifetimeWh?: number;
  /** Its register of this session, which begins anew with each. */
  readonly sessionWh?: number;
  readonly temperatureC?: number;
  /** What it lets the car have now, A per phase, where it tells. More than was asked: it is told again. */
  readonly limitA?: number;
  /** What it holds as told, A per phase; 0: no energy. Another than was asked, lower too: it is told again. */
  readonly commandA?: number;
  /** It doesn't do what it holds, e.g. because it has blocked itself: it is told again. */
  readonly tellAgain?: boolean;
  /** What the cable in the socket carries, A; absent: it has a cable of its own, or doesn't tell. */
  readonly cableA?: number;
  /** Phases that it connects the car to, where it can switch. */
  readonly phases?: 1 | 3;
  /** What `begin` armed is gone: it restarted. */
  readonly restarted?: boolean;
  readonly details?: readonly Detail[];
}

/** What the station wants: whole or tenths of an ampere are the model's business. */
export interface Wish {
  /** 0: no energy. Else between the facts' minimum and maximum. */
  readonly currentA: number;
}

export interface ControllerModel<Device> {
  /** As it leaves the factory; a hardware profile may say otherwise. */
  readonly line: SerialSettings;
  readonly pollMs: number;
  /** It measures what flows. Otherwise it serves only beside a meter: what isn't measured can't be billed. */
  readonly measures: boolean;
  /** What is known before it has been asked. */
  readonly facts: ChargerFacts;
  /** Reads only. @throws KerbsideError `WrongDevice` when something else answers there */
  identify(device: Device): Promise<void>;
  /** After every connect and `identify`: arms its watchdog and failsafe. What it answers replaces what `facts` guessed. */
  begin(device: Device): Promise<Partial<ChargerFacts>>;
  /** Changes nothing. */
  read(device: Device): Promise<ControllerReading>;
  /** After each reading, where asking alone doesn't feed its watchdog. Never while nobody supervises. */
  feed?(device: Device): Promise<void>;
  /** Resolves when the controller has taken it. */
  apply(device: Device, wish: Wish, reading: ControllerReading): Promise<void>;
  /** Only where `facts.phaseSwitching` is; called with the contactor open and no current. */
  setPhases?(device: Device, phases: 1 | 3): Promise<void>;
  /** Only where `facts.connectors` say `canLock`. What came of it is read from the next `reading.locked`. */
  setLock?(device: Device, locked: boolean): Promise<void>;
  restart?(device: Device): Promise<void>;
}
