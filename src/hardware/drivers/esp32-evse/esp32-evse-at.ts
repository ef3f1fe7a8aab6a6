/** esp32-evse by AT commands, over USB or a UART. */
import { KerbsideError } from '../../../base/errors.ts';
import type { AtDevice } from '../../serial/at-device.ts';
import type { ControllerModel, ControllerReading } from '../polled/controller-model.ts';
import { AFTER_BOOT, DEAD_MAN_S, FAILSAFE, faultsOf, isClosed, METER_MEASURES_BOTH, MIN_CURRENT_A, pilotOf, stateOf, UNMEASURED } from './esp32-evse-meaning.ts';

export const ESP32_EVSE_LINE = { baudRate: 115_200, dataBits: 8, parity: 'none', stopBits: 1 } as const;

export function esp32EvseAt(): ControllerModel<AtDevice> {
  let uptimeS = 0;
  let pending = false;
  let three = false;
  let measured = false;
  let chargedS = 0;
  return {
    line: ESP32_EVSE_LINE,
    pollMs: 2000,
    measures: true,
    facts: {
      vendor: 'esp32-evse', model: 'esp32-evse', phases: 3, nominalVoltageV: 230, minCurrentA: MIN_CURRENT_A, maxCurrentA: 32,
      connectors: [{ id: 1, type: 'cType2', canLock: false }], failsafe: FAILSAFE,
    },
    identify: async (device) => {
      const [state = -1] = (await device.numbers('STATE')) ?? [];
      if (stateOf(state) === null) throw new KerbsideError('WrongDevice', `AT+STATE? says ${state}: no esp32-evse`);
      three = first(await device.numbers('EMETERTHREEPHASE')) === 1;
      measured = first(await device.numbers('EMETERMODE')) >= METER_MEASURES_BOTH;
    },
    begin: async (device) => {
      await device.set('ENABLE', 0);
      if (first(await device.numbers('AVAILABLE')) === 0) await device.set('AVAILABLE', 1);
      // Kept in flash, so written only where they differ. After a power dip it then waits for somebody who authorises.
      if (first(await device.numbers('REQAUTH')) !== 1) await device.set('REQAUTH', 1);
      if (first(await device.numbers('DEFCHCUR')) !== AFTER_BOOT.currentTenths) await device.set('DEFCHCUR', AFTER_BOOT.currentTenths);
      if (first(await device.numbers('DEFCHTIMELIM')) !== AFTER_BOOT.chargingTimeS) await device.set('DEFCHTIMELIM', AFTER_BOOT.chargingTimeS);
      uptimeS = first(await device.numbers('UPTIME'));
      const mostA = first(await device.numbers('MAXCHCUR'));
      const [firmware = ''] = (await device.query('VER')) ?? [];
      const socket = first(await device.numbers('SOCKETOUTLET')) === 1;
      return {
        ...(firmware === '' ? {} : { firmware }), maxCurrentA: mostA >= MIN_CURRENT_A && mostA <= 63 ? mostA : 16, phases: three ? 3 : 1,
        // Its lock moves by itself, with the car.
        connectors: [{ id: 1, type: socket ? 'sType2' : 'cType2', canLock: false }],
      };
    },
    read: async (device) => {
      const state = stateOf(first(await device.numbers('STATE')));
      if (state === null) throw new KerbsideError('BadAtReply', 'a state that isn\'t in its list');
      const errors = await device.numbers('ERROR'); // older firmware doesn't know it
      const enabled = first(await device.numbers('ENABLE')) === 1;
      pending = first(await device.numbers('PENDAUTH')) === 1;
      const current = first(await device.numbers('CHCUR'));
      chargedS = first(await device.numbers('EMETERCHTIME'));
      const before = uptimeS;
      uptimeS = first(await device.numbers('UPTIME'));
      const [sensors = 0, hot = 0] = (await device.numbers('TEMP')) ?? [];
      return {
        pilot: pilotOf(state), contactorClosed: isClosed(state), faults: faultsOf(state, errors === null ? null : first(errors)),
        ...(measured ? {} : { unmeasured: UNMEASURED }),
        ...(await measurementsOf(device, three)),
        ...(sensors > 0 ? { temperatureC: hot / 100 } : {}),
        commandA: enabled && !pending ? current / 10 : 0, restarted: uptimeS < before,
        details: [
          { label: 'State', value: state }, { label: 'Commanded', value: enabled ? `${current / 10} A` : 'off' },
          { label: 'Waits for authorisation', value: pending ? 'yes' : 'no' }, { label: 'Time limit', value: `${DEAD_MAN_S} s ahead of ${chargedS} s` },
        ],
      };
    },
    // The dead man's switch.
    feed: (device) => device.set('CHTIMELIM', chargedS + DEAD_MAN_S),
    apply: async (device, { currentA }) => {
      if (currentA > 0) await device.set('CHCUR', Math.floor(currentA * 10));
      await device.set('ENABLE', currentA > 0 ? 1 : 0);
      if (currentA > 0 && pending) await device.run('AUTH');
    },
    restart: (device) => device.run('RST'),
  };
}

type Measurements = Pick<ControllerReading, 'currentA' | 'voltageV' | 'powerW' | 'sessionWh'>;

async function measurementsOf(device: AtDevice, three: boolean): Promise<Measurements> {
  const currents = ((await device.numbers('EMETERCURRENT')) ?? []).map((milliamperes) => milliamperes / 1000);
  const volts = ((await device.numbers('EMETERVOLTAGE')) ?? []).map((millivolts) => millivolts / 1000);
  // This firmware gives L2's voltage as L3's too: that one isn't known.
  const known = !three ? 1 : volts[1] === volts[2] ? 2 : 3;
  return {
    currentA: currents.slice(0, three ? 3 : 1), voltageV: volts.slice(0, known),
    powerW: first(await device.numbers('EMETERPOWER')), sessionWh: first(await device.numbers('EMETERCONSUM')),
  };
}

/** Of a command that must be there. -1 where it isn't: no state, no time, no current is that. */
function first(values: readonly number[] | null): number {
  return values?.[0] ?? -1;
}
