/** EVSE-WB / EVSE-DIN ("SimpleEVSE"): no watchdog, so each charge is let go by hand, and the default after boot is low. */
import { KerbsideError } from '../../../base/errors.ts';
import type { ChargerFault, PilotState } from '../../charger.ts';
import type { ControllerReading } from '../polled/controller-model.ts';
import type { ModbusModel } from './modbus-model.ts';

const COMMANDED_A = 1000;
const CONFIGURATION = 2005;
const DEFAULT_A = 2000;
const BIT = { relayOn: 1, diodeFault: 2, ventFault: 4, rcdError: 32 } as const;
const CONFIG_BIT = { chargesOnD: 1 << 3, rcdFeedback: 1 << 4, centiAmpere: 1 << 7, disableAfterCharge: 1 << 13, disabled: 1 << 14 } as const;
/** Revision 9 loses its settings. */
const BROKEN_REVISION = 9;
/** Before it, the bit of hundredths of an ampere drives the pilot by hand. */
const CENTIAMPERE_REVISION = 17;
const OLDEST_REVISION = 8;
const PILOTS: Readonly<Record<number, PilotState>> = { 1: 'A', 2: 'B', 3: 'C', 4: 'D', 5: 'F' };

export function evseWb(): ModbusModel {
  let scale = 1;
  let revision = 0;
  let configured = 0;
  return {
    line: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
    device: { unit: 1, gapMs: 200 },
    pollMs: 1500,
    measures: false,
    facts: {
      vendor: 'evracing', model: 'EVSE-WB', phases: 3, nominalVoltageV: 230, minCurrentA: 6, maxCurrentA: 32,
      connectors: [{ id: 1, type: 'cType2', canLock: false }],
      failsafe: {
        onHostDeath: 'carriesOn',
        sentence: 'If this tablet stops, a car that charges goes on at the last current: this controller has no watchdog. Fit a contactor that can be cut from outside.',
      },
    },
    identify: async (device) => {
      [revision = 0] = await device.readHolding(1005, 1);
      if (revision < OLDEST_REVISION || revision > 100) throw new KerbsideError('WrongDevice', `register 1005 is ${revision}: no EVSE-WB, or one too old`);
      [configured = 0] = await device.readHolding(CONFIGURATION, 1);
      scale = (configured & CONFIG_BIT.centiAmpere) !== 0 ? 100 : 1;
    },
    begin: async (device) => {
      const [defaultA = 0, , minA = 6, , , configuration = 0] = await device.readHolding(DEFAULT_A, 6);
      // EEPROM: written only where it differs. After a power cut it mustn't let a car charge by itself.
      if (defaultA !== 0) await device.writeRegisters(DEFAULT_A, [0]);
      const wanted = (configuration | CONFIG_BIT.disableAfterCharge) & ~CONFIG_BIT.disabled;
      if (wanted !== configuration) await device.writeRegisters(CONFIGURATION, [wanted]);
      configured = wanted;
      return { firmware: String(revision), minCurrentA: Math.max(6, minA) };
    },
    read: async (device): Promise<ControllerReading> => {
      const [commanded = 0, outputA = 0, vehicle = 0, cableA = 0, , , , status = 0] = await device.readHolding(COMMANDED_A, 8);
      const [configuration = 0] = await device.readHolding(CONFIGURATION, 1);
      configured = configuration;
      const closed = (status & BIT.relayOn) !== 0;
      return {
        pilot: PILOTS[vehicle] ?? 'F', contactorClosed: closed, faults: faultsOf(status, vehicle), currentA: [], voltageV: [],
        commandA: (configuration & CONFIG_BIT.disabled) === 0 ? commanded / scale : 0,
        ...(cableA === 0 ? {} : { cableA }),
        restarted: (configuration & CONFIG_BIT.disableAfterCharge) === 0,
        ...refusalOf(configuration, revision),
        details: [
          { label: 'Commanded', value: `${commanded / scale} A` }, { label: 'Offered to the car', value: `${outputA / scale} A` },
          { label: 'Cable', value: cableA === 0 ? 'not coded' : `${cableA} A` },
          { label: 'RCD feedback', value: (configuration & CONFIG_BIT.rcdFeedback) === 0 ? 'off' : 'on' },
        ],
      };
    },
    // FC16 only: this firmware answers FC06 with an exception.
    apply: async (device, { currentA }) => {
      await device.writeRegisters(COMMANDED_A, [currentA === 0 ? 0 : Math.floor(currentA * scale)]);
      // Let go anew after each charge: once a session, so the EEPROM lasts.
      if (currentA === 0 || (configured & CONFIG_BIT.disabled) === 0) return;
      configured &= ~CONFIG_BIT.disabled;
      await device.writeRegisters(CONFIGURATION, [configured]);
    },
    restart: async (device) => device.writeRegisters(1004, [4]), // clears a tripped RCD error
  };
}

function refusalOf(configuration: number, revision: number): { readonly refusal?: string } {
  if (revision === BROKEN_REVISION) return { refusal: 'Firmware revision 9 of this controller is broken. Update it before this outlet serves.' };
  if ((configuration & CONFIG_BIT.chargesOnD) !== 0) {
    return { refusal: 'The controller\'s ventilation check is switched off (register 2005, bit 3). Switch it on before this outlet serves.' };
  }
  if ((configuration & CONFIG_BIT.centiAmpere) !== 0 && revision < CENTIAMPERE_REVISION) {
    return { refusal: 'The controller\'s pilot is driven by hand (register 2005, bit 7). Switch that off before this outlet serves.' };
  }
  return {};
}

function faultsOf(status: number, vehicle: number): readonly ChargerFault[] {
  return [
    ...((status & BIT.diodeFault) !== 0 ? [{ code: 'EVCommunicationError', vendorCode: 'diode', info: 'no diode in the car\'s pilot circuit' } as const] : []),
    ...((status & BIT.ventFault) !== 0 ? [{ code: 'OtherError', vendorCode: 'vent', info: 'the car asks for ventilation' } as const] : []),
    ...((status & BIT.rcdError) !== 0 ? [{ code: 'GroundFailure', vendorCode: 'rcd' } as const] : []),
    ...(vehicle === 5 ? [{ code: 'EVCommunicationError', vendorCode: '5' } as const] : []),
  ];
}
