/** NetworkConfiguration: what SetNetworkProfile put into each slot, to be read back. Unset: the slot is empty. */
import { INTERFACES, PROFILE_SLOTS } from '../../provisioning/slots.ts';
import { READ_ONLY, rows, type Definition } from '../definition.ts';

export const networkConfiguration: readonly Definition[] = PROFILE_SLOTS.flatMap((slot) => rows('NetworkConfiguration', [
  ['OcppCsmsUrl', 'string', '', { ...READ_ONLY, maxLength: 512 }],
  ['OcppInterface', 'OptionList', 'Wired0', { ...READ_ONLY, valuesList: INTERFACES }],
  ['OcppTransport', 'OptionList', 'JSON', { ...READ_ONLY, valuesList: ['JSON'] }],
  ['MessageTimeout', 'integer', '30', { ...READ_ONLY, unit: 's' }],
  ['SecurityProfile', 'integer', '0', { ...READ_ONLY, minLimit: 0, maxLimit: 3 }],
  ['VpnEnabled', 'boolean', 'false', { ...READ_ONLY, constant: true }],
  ['ApnEnabled', 'boolean', 'false', { ...READ_ONLY, constant: true }],
], { componentInstance: slot }));
