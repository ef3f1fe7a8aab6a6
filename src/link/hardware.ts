/** The charge controllers that a set-up may name, and what it must know of each. */

/** Controllers on Modbus, one EVSE each. `unit`: bus number as it leaves the factory. Their drivers: src/hardware/drivers/modbus. */
export const MODBUS_CONTROLLERS = [
  { model: 'heidelberg', line: '19200 8E1', unit: 1 },
  { model: 'evse-wb', line: '9600 8N1', unit: 1, measures: false },
  { model: 'mennekes', line: '57600 8N2', unit: 50 },
  { model: 'abl', line: '38400 8E1', unit: 1, measures: false },
  { model: 'phoenix-ev-ser', line: '9600 8N1', unit: 1, measures: false },
  { model: 'pracht-alpha', line: '9600 8N1', unit: 1, measures: false },
  { model: 'pracht-alpha-2', line: '9600 8N1', unit: 1, measures: false },
  { model: 'kse', line: '9600 8E1', unit: 100 },
  { model: 'edgetech', line: '9600 8N1', unit: 1 },
  { model: 'esp32-evse', line: '115200 8N1', unit: 1 },
] as const;

export type ModbusModel = (typeof MODBUS_CONTROLLERS)[number]['model'];

export type HardwareConfig =
  | { readonly kind: 'simulated'; readonly evses: number; readonly signs?: boolean }
  | { readonly kind: 'openevse'; readonly portId: string }
  /** By AT commands; over Modbus it is one of those below. */
  | { readonly kind: 'esp32-evse-at'; readonly portId: string }
  /** `unit`: bus number, 1 to 247; absent: as it leaves the factory. */
  | { readonly kind: 'modbus'; readonly model: ModbusModel; readonly portId: string; readonly unit?: number };

/** Energy meters on Modbus RTU. Their drivers: src/hardware/drivers/meters. */
export const METERS = [
  { model: 'sdm630', label: 'Eastron SDM630', phases: 3, unit: 1, line: '9600 8N1', signs: false },
  { model: 'sdm230', label: 'Eastron SDM230', phases: 1, unit: 1, line: '9600 8N1', signs: false },
  { model: 'sdm120', label: 'Eastron SDM120', phases: 1, unit: 1, line: '2400 8N1', signs: false },
  { model: 'em24', label: 'Carlo Gavazzi EM24', phases: 3, unit: 1, line: '9600 8N1', signs: false },
  { model: 'em330', label: 'Carlo Gavazzi EM330', phases: 3, unit: 1, line: '9600 8N1', signs: false },
  { model: 'em340', label: 'Carlo Gavazzi EM340 / ET340', phases: 3, unit: 1, line: '9600 8N1', signs: false },
  { model: 'em580', label: 'Carlo Gavazzi EM580', phases: 3, unit: 1, line: '115200 8N1', signs: true },
  { model: 'b23', label: 'ABB B23 / B24', phases: 3, unit: 1, line: '9600 8N1', signs: false },
  { model: 'pro380', label: 'Inepro PRO380', phases: 3, unit: 1, line: '9600 8E1', signs: false },
  { model: 'we516', label: 'ORNO WE-516 / WE-517', phases: 3, unit: 1, line: '9600 8E1', signs: false },
  { model: 'we514', label: 'ORNO WE-514 / WE-515', phases: 1, unit: 1, line: '9600 8E1', signs: false },
  { model: 'wm3m4', label: 'Iskra WM3M4', phases: 3, unit: 33, line: '115200 8N1', signs: false },
  { model: 'wm3m4c', label: 'Iskra WM3M4C', phases: 3, unit: 33, line: '115200 8N1', signs: true },
] as const;

export type MeterModel = (typeof METERS)[number]['model'];

/** A meter beside a charge controller: its register is what is billed. */
export interface MeterConfig {
  readonly model: MeterModel;
  readonly portId: string;
  /** Bus number, 1 to 247; absent: as it leaves the factory. */
  readonly unit?: number;
  /** `9600 8N1`; absent: as it leaves the factory. All that share a line must agree. */
  readonly line?: string;
}

/** How a reader that types writes a card's number, and what becomes of it. */
export interface WedgeFormat {
  readonly digits: 'decimal' | 'hexadecimal';
  /** `reversed`: last byte first, as some readers print a UID. */
  readonly byteOrder: 'asRead' | 'reversed';
  /** Bytes of the UID: a decimal number has lost its leading zeros. Absent: as many as were typed. */
  readonly uidBytes?: 4 | 5 | 7 | 8 | 10;
}

/** Card readers. `evse`: the cards are for this one; absent: the driver says which. */
export type ReaderConfig = { readonly evse?: number } & (
  | { readonly kind: 'pn532' | 'rdm6300' | 'twn4'; readonly portId: string }
  /** A reader that types like a keyboard. */
  | { readonly kind: 'keyboard'; readonly format: WedgeFormat; readonly type?: 'ISO14443' | 'ISO15693' | 'Local' }
  /** The tablet's own reader: Chrome on Android. */
  | { readonly kind: 'webNfc' });
