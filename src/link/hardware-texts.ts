/** What the set-up's screen says of the controllers. Apart: the station needs none of it. */
import type { ModbusModel } from './hardware.ts';

export const CONTROLLER_TEXTS: Readonly<Record<ModbusModel, { readonly label: string; readonly hint: string }>> = {
  heidelberg: {
    label: 'Heidelberg Energy Control',
    hint: 'DIP S5/4 off; bus number by S4. The station stops the car within 10 s of its own death.',
  },
  'evse-wb': {
    label: 'EVSE-WB / EVSE-DIN',
    hint: 'Modbus is off as it leaves the factory (register 2001). It measures nothing: it needs a meter.',
  },
  mennekes: {
    label: 'Mennekes Amtron Compact 2.0s / 4You, Kostal Enector',
    hint: 'Satellite: DIP S1 4 and 5 on, 7 off; bus number 50. The station stops the car within 10 s of its own death where the box can be set to pause.',
  },
  abl: {
    label: 'ABL eMH1 / eMH2',
    hint: 'Modbus ASCII. It measures no energy: it needs a meter.',
  },
  'phoenix-ev-ser': {
    label: 'Phoenix Contact EV-CC-AC1 (EV-SER)',
    hint: 'S2 DIP 1 sets the speed, 2 to 6 the bus number. It measures nothing: it needs a meter.',
  },
  'pracht-alpha': {
    label: 'Pracht Alpha',
    hint: 'Its first or only connector. It measures nothing: it needs a meter.',
  },
  'pracht-alpha-2': {
    label: 'Pracht Alpha, second connector',
    hint: 'The second connector of a box with two, with the same bus number as the first. It needs a meter of its own.',
  },
  kse: {
    label: 'KSE wBX16',
    hint: 'Bus number 100.',
  },
  edgetech: {
    label: 'EdgeTech Smart EVSE',
    hint: 'Not the SmartEVSE of Stegen. Its DC fault sensor must be required in its settings.',
  },
  'esp32-evse': {
    label: 'esp32-evse (Modbus)',
    hint: 'Set one of its serial interfaces to Modbus, and its energy meter to currents and voltages.',
  },
};
