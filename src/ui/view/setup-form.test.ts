import { describe, expect, it } from 'vitest';
import { CONTROLLER_TEXTS } from '../../link/hardware-texts.ts';
import { MODBUS_CONTROLLERS } from '../../link/hardware.ts';
import { configOf, EMPTY_FORM, formOf, onWhat, type SetupForm } from './setup-form.ts';

const form = (change: Partial<SetupForm>): SetupForm => ({ ...EMPTY_FORM, editions: ['ocpp2.0.1'], identity: 'CP1', csmsUrl: 'ws://csms.example/', portId: 'port', ...change });

describe('controllers in the set-up form', () => {
  it('each has its words', () => {
    for (const { model } of MODBUS_CONTROLLERS) expect([model, CONTROLLER_TEXTS[model].label, CONTROLLER_TEXTS[model].hint].every((text) => text.length > 2)).toBe(true);
  });
  it('what was set up comes back; a bus number that was left out is the factory\'s', () => {
    for (const hardware of ['mennekes', 'esp32-evse', 'esp32-evse-at', 'openevse'] as const) {
      const config = configOf(form({ hardware, unit: 7 }));
      expect(configOf(formOf(config)).hardware).toEqual(config.hardware);
    }
    expect(configOf(form({ hardware: 'esp32-evse-at' })).hardware).toEqual({ kind: 'esp32-evse-at', portId: 'port' });
    expect(formOf({ ...configOf(form({})), hardware: { kind: 'modbus', model: 'mennekes', portId: 'port' } }).unit).toBe(50);
    expect(formOf({ ...configOf(form({})), hardware: { kind: 'modbus', model: 'kse', portId: 'port' } }).unit).toBe(100);
  });
  it('the test button asks for what is chosen', () => {
    expect(onWhat(form({ hardware: 'kse', unit: 100 }))).toEqual({ model: 'kse', unit: 100 });
    expect(onWhat(form({ hardware: 'esp32-evse-at' }))).toEqual({ model: 'esp32-evse-at' });
    expect(onWhat(form({ hardware: 'openevse' }))).toBeUndefined();
  });
});
