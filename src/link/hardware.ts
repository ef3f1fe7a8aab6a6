/** The charge controllers that a set-up may name, and what it must know of each. */

/** Controllers on Modbus, one EVSE each. Their drivers: src/hardware/drivers/modbus. */
export const MODBUS_CONTROLLERS = [
  { model: 'heidelberg', label: 'Heidelberg Energy Control', line: '19200 8E1', hint: 'DIP S5/4 off; bus number by S4. The station stops the car within 10 s of its own death.' },
  { model: 'evse-wb', label: 'EVSE-WB / EVSE-DIN', line: '9600 8N1', hint: 'Modbus is off as it leaves the factory (register 2001). It measures nothing: it needs a meter.' },
] as const;

export type ModbusModel = (typeof MODBUS_CONTROLLERS)[number]['model'];

export type HardwareConfig =
  | { readonly kind: 'simulated'; readonly evses: number; readonly signs?: boolean }
  | { readonly kind: 'openevse'; readonly portId: string }
  /** `unit`: bus number, 1 to 247; absent: as it leaves the factory. */
  | { readonly kind: 'modbus'; readonly model: ModbusModel; readonly portId: string; readonly unit?: number };
