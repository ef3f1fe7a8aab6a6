import { expect, it, test } from 'vitest';
import { KerbsideError } from '../base/errors.ts';
import { PROFILE_VERSION, portOf, profileOf, type HardwareProfile } from './hardware-profile.ts';
import { exportProfile, importProfile, profileProblems } from './profile-check.ts';

const PROFILE: HardwareProfile = {
  kind: 'profile', version: PROFILE_VERSION, name: 'Yard', supply: { breakerA: 63, phases: 3, earthing: 'TN-S' },
  ports: [{ id: 'rs485', usbVendorId: 0x1a86, usbProductId: 0x7523, line: '9600 8N1' }, { id: 'cards', seenAs: 'usb-10c4-ea60#1' }],
  evses: [
    { id: 1, controller: { kind: 'modbus', model: 'evse-wb', portId: 'rs485', unit: 1 }, meter: { model: 'sdm630', portId: 'rs485', unit: 11 }, breakerA: 32, cableA: 32, phases: 3, phaseRotation: 'RST' },
    { id: 2, controller: { kind: 'modbus', model: 'evse-wb', portId: 'rs485', unit: 2 }, meter: { model: 'sdm630', portId: 'rs485', unit: 12 }, breakerA: 32, cableA: 20, phases: 3, phaseRotation: 'STR' },
  ],
  readers: [{ kind: 'pn532', portId: 'cards', evse: 2 }],
};

type Loose = { [key: string]: unknown };
const [EVSE_1, EVSE_2] = PROFILE.evses;

test('what is exported is imported again', () => {
  expect(profileProblems(PROFILE)).toEqual([]);
  expect(importProfile(exportProfile(PROFILE))).toEqual(PROFILE);
});

test.each<[string, Loose, RegExp]>([
  ['another version', { version: 2 }, /version 2/],
  ['no name', { name: 7 }, /name/],
  ['a supply breaker below any', { supply: { ...PROFILE.supply, breakerA: 4 } }, /station's breaker/],
  ['an unheard-of earthing', { supply: { ...PROFILE.supply, earthing: 'PME' } }, /earthing/],
  ['a breaker that nobody knows', { evses: [{ ...EVSE_1, breakerA: undefined }, EVSE_2] }, /EVSE 1: what the breaker bears must be known/],
  ['a cable of 300 A', { evses: [{ ...EVSE_1, cableA: 300 }, EVSE_2] }, /EVSE 1: the cable bears 6 to 80 A/],
  ['EVSEs out of order', { evses: [EVSE_2, EVSE_1] }, /numbered/],
  ['no EVSE', { evses: [] }, /1 to 8/],
  ['a controller nobody drives', { evses: [{ ...EVSE_1, controller: { kind: 'modbus', model: 'acme', portId: 'rs485' } }, EVSE_2] }, /no driver for acme/],
  ['a controller that measures nothing without a meter', { evses: [{ ...EVSE_1, meter: undefined }, EVSE_2] }, /EVSE 1: its controller measures nothing/],
  ['a port that isn\'t there', { evses: [{ ...EVSE_1, controller: { kind: 'modbus', model: 'evse-wb', portId: 'elsewhere' } }, EVSE_2] }, /port elsewhere/],
  ['two devices with one bus number', { evses: [EVSE_1, { ...EVSE_2, meter: { model: 'sdm630', portId: 'rs485', unit: 11 } }] }, /meter of EVSE 2 has the bus number of another device on port rs485: 11/],
  ['devices of different speed on one line', { ports: [{ id: 'rs485', seenAs: 'a' }, PROFILE.ports[1]], evses: [EVSE_1, { ...EVSE_2, controller: { kind: 'modbus', model: 'heidelberg', portId: 'rs485', unit: 2 } }] }, /9600 8N1.*19200 8E1/],
  ['a reader on a line of others', { readers: [{ kind: 'pn532', portId: 'rs485' }], ports: [PROFILE.ports[0]] }, /reader pn532 needs port rs485 for itself/],
  ['a reader of an EVSE that isn\'t there', { readers: [{ kind: 'pn532', portId: 'cards', evse: 3 }] }, /EVSE 3/],
  ['a port that nothing identifies', { ports: [{ id: 'rs485' }, PROFILE.ports[1]] }, /Nothing says which port rs485 is/],
  ['a port that nothing is at', { ports: [...PROFILE.ports, { id: 'spare', seenAs: 'x' }] }, /Nothing is at port spare/],
  ['settings in other words', { ports: [{ id: 'rs485', seenAs: 'a', line: '9600' }, PROFILE.ports[1]] }, /19200 8E1/],
  ['three phases from a supply of one', { supply: { phases: 1, earthing: 'TT' } }, /EVSE 1 can't have three phases/],
  ['an impossible rotation', { evses: [{ ...EVSE_1, phaseRotation: 'RRS' }, EVSE_2] }, /rotation/],
  ['a bus number of 300', { evses: [{ ...EVSE_1, controller: { kind: 'modbus', model: 'evse-wb', portId: 'rs485', unit: 300 } }, EVSE_2] }, /1 to 247/],
])('%s is refused in words', (_what, change, sentence) => {
  const problems = profileProblems({ ...PROFILE, ...change });
  expect(problems.join('\n')).toMatch(sentence);
  let thrown: unknown;
  try {
    importProfile(JSON.stringify({ ...PROFILE, ...change }));
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(KerbsideError);
  expect(thrown).toMatchObject({ code: 'InvalidProfile', sentence: expect.stringMatching(sentence) as string });
});

test.each(['', 'null', '[]', '{"kind":"profile","version":1}', '{"kind":"profile","version":1,"name":"","supply":{},"ports":[1],"evses":[null],"readers":["x"]}', 'not json'])('%j is no profile', (text) => {
  expect(() => importProfile(text)).toThrow(KerbsideError);
});

it('set-ups of before become profiles of the same hardware', () => {
  expect(profileOf({ kind: 'simulated', evses: 2, signs: true }).evses).toEqual([1, 2].map((id) => ({ id, controller: { kind: 'simulated', signs: true } })));
  expect(profileOf({ kind: 'modbus', model: 'heidelberg', portId: 'usb-1a86-7523#1', unit: 4 })).toMatchObject({
    ports: [{ id: 'port', seenAs: 'usb-1a86-7523#1' }], evses: [{ id: 1, controller: { kind: 'modbus', model: 'heidelberg', portId: 'port', unit: 4 } }],
  });
  expect(profileOf(PROFILE)).toBe(PROFILE);
});

it('a port is written down by what it is', () => {
  expect(portOf('bus', { id: 'usb-0403-6001#1', usbVendorId: 0x0403, usbProductId: 0x6001, serialNumber: 'A50285BI' }))
    .toEqual({ id: 'bus', seenAs: 'usb-0403-6001#1', usbVendorId: 0x0403, usbProductId: 0x6001, serialNumber: 'A50285BI' });
});
