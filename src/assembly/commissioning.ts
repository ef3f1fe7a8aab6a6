/**
 * Hardware under test before it is set up: ports are searched with reads only, and each device of a draft is tried by its
 * real driver, on memory that is thrown away. The station itself is out of service meanwhile: a port has one master.
 */
import { describeError, KerbsideError } from '../base/errors.ts';
import { mask, type Log } from '../base/log.ts';
import type { Charger, ChargerState, DriverMemory } from '../hardware/charger.ts';
import type { StationCommands } from '../link/commands.ts';
import type { DeviceTest, DeviceUnderTest, FoundDevice, ProbeStep } from '../link/commissioning.ts';
import type { HardwareProfile } from '../link/hardware-profile.ts';
import { buildHardware, lineOf, lines, type HardwarePorts } from './build-hardware.ts';
import { LAZY } from './loaders.ts';

const SUPERVISE_MS = 1000;
/** The first state may come before the controller has been read whole. */
const READ_MS = 4000;
/** Between two limits, so that who watches the box can see them. */
const LOOK_MS = 1500;
/** For a card to be fetched and held to the reader. */
const CARD_MS = 15_000;

export class Commissioning {
  constructor(private readonly ports: HardwarePorts, private readonly log: Log) {}

  /** @throws KerbsideError `NoSerial` | `PortBusy` | `PortGone` | `PortRefused` */
  async probe(portId: string, step: ProbeStep, units: readonly number[]): Promise<FoundDevice[]> {
    const { serial, clock } = this.ports;
    if (serial === null) throw new KerbsideError('NoSerial', 'the host has no serial ports', 'This device can\'t reach serial ports: use Chrome or Edge.');
    const { probeEsp32Evse, probeModbus, probeOpenEvse, recognisableControllers, recognisableMeters } = await import('../hardware/installation/probe.ts');
    const deps = { serial, clock };
    switch (step.speech) {
      case 'rapi': return probeOpenEvse(deps, portId);
      case 'at': return probeEsp32Evse(deps, portId);
      case 'cards': {
        const { probeReaders } = await import('../hardware/installation/probe-readers.ts');
        return probeReaders(deps, portId, step.line);
      }
      case 'modbus': case 'modbus-ascii':
        return probeModbus(deps, portId, { line: step.line, variant: step.speech === 'modbus' ? 'rtu' : 'ascii', units, all: [...recognisableControllers(), ...recognisableMeters()] });
    }
  }

  /** @throws KerbsideError `NoSerial` | `BadBytes` | `NeedsConfirmation`, and as the port says */
  async raw({ portId, line, hex, listenMs, confirmed }: Parameters<StationCommands['sendRaw']>[0]): Promise<{ hex: string; decoded: string }> {
    const { serial, clock } = this.ports;
    if (serial === null) throw new KerbsideError('NoSerial', 'the host has no serial ports', 'This device can\'t reach serial ports: use Chrome or Edge.');
    if (!/^([0-9a-f]{2}\s*)*$/i.test(hex.trim())) throw new KerbsideError('BadBytes', hex, 'Bytes are pairs of the digits 0 to 9 and A to F.');
    const { exchangeRaw } = await import('../hardware/installation/raw-terminal.ts');
    const bytes = Uint8Array.from(hex.match(/[0-9a-f]{2}/gi) ?? [], (pair) => Number.parseInt(pair, 16));
    return exchangeRaw({ serial, clock }, { portId, line, bytes, listenMs, confirmed });
  }

  /** What comes of it, in words. Never throws for what the hardware does. */
  async test(profile: HardwareProfile, device: DeviceUnderTest): Promise<DeviceTest> {
    try {
      if (device.what === 'card') return await this.cardTest(profile, device.reader);
      return await this.withCharger(profile, device.evse, async (charger, newest) => {
        if (device.what === 'limit') return limitTest(charger, newest(), () => this.pause(LOOK_MS));
        return device.what === 'state' ? stateTest(charger, newest()) : meterTest(newest());
      });
    } catch (error) {
      return failed(error instanceof KerbsideError ? (error.sentence ?? error.message) : describeError(error));
    }
  }

  private async cardTest(profile: HardwareProfile, index: number): Promise<DeviceTest> {
    const { serial, clock } = this.ports;
    const config = profile.readers[index];
    if (config === undefined) return failed(`The profile has no reader ${index + 1}.`);
    if (!('portId' in config)) return failed('This reader belongs to the page: save, show a card on the driver\'s screen, and it says what became of it.');
    if (serial === null) return failed('This device can\'t reach serial ports: use Chrome or Edge.');
    const { awaitCard } = await import('../hardware/installation/probe-readers.ts');
    const line = lineOf(profile, config.portId);
    const seen = await awaitCard({ serial: (await lines(this.ports, profile, this.log)).serial ?? serial, clock }, { kind: config.kind, portId: config.portId, ...(line === undefined ? {} : { line }) }, { ms: CARD_MS, log: this.log });
    switch (seen.kind) {
      case 'card': {
        const { idToken, type } = seen.card;
        return { ok: true, sentence: 'A card was read.', facts: [{ label: 'Card', value: `${mask(idToken)}, ${idToken.length / 2} bytes, ${type}` }] };
      }
      case 'refused': return failed(seen.why === 'RandomUid' ? 'The reader works, but this number changes each time, as a phone\'s does. Try a charging card.' : 'The reader sees a card, but can\'t read it.');
      case 'none': return failed(seen.state.link === 'up' ? `The reader is there, but no card came within ${CARD_MS / 1000} s.` : `The reader doesn't answer: ${seen.state.linkDetail ?? 'nothing was heard'}.`);
    }
  }

  /** Its driver runs as long as `work` does, supervised as in service, and leaves the controller without energy. */
  private async withCharger(profile: HardwareProfile, evseId: number, work: (charger: Charger, newest: () => ChargerState) => Promise<DeviceTest>): Promise<DeviceTest> {
    const { chargers } = await buildHardware(this.ports, onlyEvse(profile, evseId), forgetful, this.log, LAZY.simulated);
    const charger = chargers[0]?.charger;
    if (charger === undefined) throw new KerbsideError('UnknownEvse', `the profile has no EVSE ${evseId}`);
    let state: ChargerState | null = null;
    let running = true;
    const supervise = (): void => {
      if (!running) return;
      charger.supervise();
      this.ports.clock.after(SUPERVISE_MS, supervise);
    };
    try {
      await charger.start({ onState: (next) => (state = next) });
      supervise();
      const up = (): boolean => state?.link === 'up';
      if (!up()) await this.pause(READ_MS);
      if (state === null || !up()) return failed(`The controller doesn't answer: ${(state as ChargerState | null)?.linkDetail ?? 'nothing was heard'}.`);
      return await work(charger, () => state as unknown as ChargerState);
    } finally {
      running = false;
      await charger.stop();
    }
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => void this.ports.clock.after(ms, resolve));
  }
}

type Fact = DeviceTest['facts'][number];

function stateTest({ facts }: Charger, state: ChargerState): DeviceTest {
  const { vendor, model, firmware, serialNumber, minCurrentA, maxCurrentA, phases, failsafe } = facts;
  const faults = [...state.faults, ...state.connectors.flatMap((connector) => connector.faults)];
  const shown: Fact[] = [
    { label: 'Controller', value: `${vendor} ${model}` },
    ...(firmware === undefined ? [] : [{ label: 'Firmware', value: firmware }]), ...(serialNumber === undefined ? [] : [{ label: 'Serial number', value: serialNumber }]),
    { label: 'Current', value: `${minCurrentA} to ${maxCurrentA} A, ${phases} ${phases === 1 ? 'phase' : 'phases'}` },
    ...state.connectors.map(({ id, pilot, plugged }) => ({ label: `Connector ${id}`, value: `pilot ${pilot}${plugged ? ', a car is plugged in' : ''}` })),
    { label: 'Contactor', value: state.contactorClosed ? 'closed' : 'open' },
    ...faults.map(({ code, info }) => ({ label: 'Fault', value: info === undefined ? code : `${code}: ${info}`, warn: true })),
    { label: 'If this device stops', value: failsafe.sentence, warn: failsafe.onHostDeath === 'carriesOn' },
  ];
  if (state.refusal !== undefined) return { ok: false, sentence: state.refusal, facts: shown };
  if (faults.length > 0) return { ok: false, sentence: `The ${model} answers, but tells of a fault.`, facts: shown };
  return { ok: true, sentence: `A ${vendor} ${model} answers.`, facts: shown };
}

/** Without a car: with one it would charge. */
async function limitTest(charger: Charger, state: ChargerState, look: () => Promise<void>): Promise<DeviceTest> {
  if (state.refusal !== undefined) return failed(state.refusal);
  if (state.connectors.some(({ plugged }) => plugged)) return failed('Unplug the car first: with a car at the plug this test would charge it.');
  const { minCurrentA, maxCurrentA } = charger.facts;
  const facts: Fact[] = [];
  for (const maxCurrentA_ of [minCurrentA, maxCurrentA]) {
    await charger.offer({ energise: true, maxCurrentA: maxCurrentA_ });
    facts.push({ label: `${maxCurrentA_} A`, value: 'taken' });
    await look();
  }
  await charger.offer({ energise: false, maxCurrentA: minCurrentA });
  facts.push({ label: 'No energy', value: 'taken' });
  return { ok: true, sentence: `The controller took ${minCurrentA} A, ${maxCurrentA} A and no energy.`, facts };
}

function meterTest({ meter, faults }: ChargerState): DeviceTest {
  const list = (values: readonly number[], unit: string): string => (values.length === 0 ? 'not measured' : `${values.map((value) => value.toFixed(1)).join(' / ')} ${unit}`);
  const shown: Fact[] = [
    { label: 'Register', value: `${(meter.energyImportWh / 1000).toFixed(3)} kWh` }, { label: 'Voltage', value: list(meter.voltageV, 'V') },
    { label: 'Current', value: list(meter.currentA, 'A') }, { label: 'Power', value: `${Math.round(meter.powerW)} W` },
    ...(meter.signed === undefined ? [] : [{ label: 'Signature', value: meter.signed.encodingMethod }]),
  ];
  if (faults.some(({ code }) => code === 'PowerMeterFailure')) return { ok: false, sentence: 'The meter doesn\'t answer, or can\'t be believed.', facts: shown };
  // A phase that isn't there shows before the first car does.
  const dead = meter.voltageV.flatMap((volts, index) => (volts < 80 ? [`L${index + 1}`] : []));
  if (dead.length > 0) return { ok: false, sentence: `The meter answers, but sees no voltage on ${dead.join(' and ')}.`, facts: shown };
  return { ok: true, sentence: 'The meter answers.', facts: shown };
}

function failed(sentence: string): DeviceTest {
  return { ok: false, sentence, facts: [] };
}

/** Others of the profile may not be wired yet. */
function onlyEvse(profile: HardwareProfile, evseId: number): HardwareProfile {
  return { ...profile, evses: profile.evses.filter(({ id }) => id === evseId), readers: [] };
}

/** A trial leaves no trace in the books. */
function forgetful(): DriverMemory {
  let kept: unknown = null;
  return {
    load: async () => kept,
    save: async (value) => {
      kept = value;
    },
  };
}
