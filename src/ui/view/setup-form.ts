/** The set-up form: what is wrong with it in words, and what it makes. Pure. */
import type { SetupConfig } from '../../link/commands.ts';
import type { HardwareProfile } from '../../link/hardware-profile.ts';
import { MODBUS_CONTROLLERS, type ModbusModel } from '../../link/hardware.ts';

export interface SetupForm {
  identity: string;
  csmsUrl: string;
  password: string;
  securityProfile: 0 | 1 | 2;
  editions: string[];
  hardware: 'simulated' | 'openevse' | 'esp32-evse-at' | 'profile' | ModbusModel;
  evses: number;
  /** Simulated meters sign what they read. */
  signs: boolean;
  /** What the commissioning has put together; null: nothing. */
  profile: HardwareProfile | null;
  portId: string;
  /** Bus number of a Modbus controller. */
  unit: number;
  currency: string;
}

export const EMPTY_FORM: Readonly<SetupForm> = {
  identity: '', csmsUrl: '', password: '', securityProfile: 0, editions: ['ocpp2.0.1', 'ocpp1.6'],
  hardware: 'simulated', evses: 2, signs: false, profile: null, portId: '', unit: 1, currency: 'EUR',
};

export type FormProblems = Partial<Record<keyof SetupForm, string>>;

/** @param passwordKept a password is stored already, so that an empty field means "unchanged" */
export function problemsOf(form: SetupForm, passwordKept: boolean): FormProblems {
  const problems: FormProblems = {};
  if (!/^[A-Za-z0-9*\-_=:+|@.]{1,48}$/.test(form.identity)) problems.identity = 'One to 48 letters, digits or * - _ = : + | @ . as the operator entered it.';
  const scheme = /^(wss?):\/\/[^\s/]+/i.exec(form.csmsUrl)?.[1]?.toLowerCase();
  if (scheme === undefined) problems.csmsUrl = 'An address that begins with ws:// or wss://, without the identity at its end.';
  else if (form.securityProfile === 2 && scheme !== 'wss') problems.csmsUrl = 'Profile 2 needs an encrypted address: wss://';
  if (form.securityProfile !== 0 && form.password === '' && !passwordKept) problems.password = 'Profiles 1 and 2 sign on with a password.';
  else if (form.password !== '' && (form.password.length < 16 || form.password.length > 40)) problems.password = 'Between 16 and 40 characters.';
  if (form.editions.length === 0) problems.editions = 'At least one edition.';
  if (form.hardware === 'simulated' && !(Number.isInteger(form.evses) && form.evses >= 1 && form.evses <= 4)) problems.evses = 'From one to four.';
  if (form.hardware === 'profile' && form.profile === null) problems.hardware = 'There is no hardware profile yet: commission the hardware, or import one.';
  if (form.hardware !== 'simulated' && form.hardware !== 'profile' && form.portId === '') problems.portId = 'Choose the charger’s port.';
  if (isModbus(form.hardware) && !(Number.isInteger(form.unit) && form.unit >= 1 && form.unit <= 247)) problems.unit = 'From 1 to 247, as set on the controller.';
  if (!/^[A-Z]{3}$/.test(form.currency)) problems.currency = 'Three capital letters, such as EUR or INR.';
  return problems;
}

export function configOf(form: SetupForm): SetupConfig {
  return {
    identity: form.identity, csmsUrl: form.csmsUrl, securityProfile: form.securityProfile, editions: [...form.editions], currency: form.currency,
    ...(form.password === '' ? {} : { password: form.password }),
    hardware: hardwareOf(form),
  };
}

function hardwareOf({ hardware, evses, signs, profile, portId, unit }: SetupForm): SetupConfig['hardware'] {
  if (hardware === 'profile' && profile !== null) return profile;
  if (hardware === 'simulated' || hardware === 'profile') return { kind: 'simulated', evses, ...(signs ? { signs } : {}) };
  return hardware === 'openevse' || hardware === 'esp32-evse-at' ? { kind: hardware, portId } : { kind: 'modbus', model: hardware, portId, unit };
}

/** What the test button is for; undefined: an OpenEVSE. */
export function onWhat({ hardware, unit }: SetupForm): { readonly model: string; readonly unit?: number } | undefined {
  if (hardware === 'esp32-evse-at') return { model: hardware };
  return isModbus(hardware) ? { model: hardware, unit } : undefined;
}

function factoryUnit(name: ModbusModel): number {
  return MODBUS_CONTROLLERS.find(({ model }) => model === name)?.unit ?? 1;
}

function isModbus(hardware: SetupForm['hardware']): hardware is ModbusModel {
  return MODBUS_CONTROLLERS.some(({ model }) => model === hardware);
}

/** The password never comes back: its field stays empty. */
export function formOf({ identity, csmsUrl, securityProfile, editions, currency, hardware }: SetupConfig): SetupForm {
  const form: SetupForm = { ...EMPTY_FORM, identity, csmsUrl, securityProfile, editions: [...editions], currency };
  switch (hardware.kind) {
    case 'simulated': return { ...form, hardware: 'simulated', evses: hardware.evses, signs: hardware.signs === true };
    case 'openevse': case 'esp32-evse-at': return { ...form, hardware: hardware.kind, portId: hardware.portId };
    case 'modbus': return { ...form, hardware: hardware.model, portId: hardware.portId, unit: hardware.unit ?? factoryUnit(hardware.model) };
    case 'profile': return { ...form, hardware: 'profile', profile: hardware };
  }
}
