/** What stands on the driver's screen, and how big a finger is on it. */
import { rows, type Definition } from '../definition.ts';

/** A telephone number as people write it. */
const PHONE = /^[+0-9][0-9 ()/.-]*$|^$/;
const WEB_ADDRESS = /^https?:\/\/\S+$|^$/;

export const screen: readonly Definition[] = rows('Kerbside', [
  // Whom a driver calls; empty: nobody.
  ['HelpLine', 'string', '', { maxLength: 40, pattern: PHONE }],
  // Behind the QR code of a free outlet: to pay, or to ask. `{station}` stands for the station's identity.
  ['OperatorUrl', 'string', '', { maxLength: 200, pattern: WEB_ADDRESS }],
  // C04: begin with a PIN typed on the screen, beside cards.
  ['PinPad', 'boolean', 'false'],
  // The operator's way back in: the technician's PIN is forgotten, and this is false again, when the technician's view is opened.
  ['ForgetTechnicianPin', 'boolean', 'false'],
  // Of the panel; 0: not measured, taken for 10.1 inches.
  ['ScreenDiagonal', 'decimal', '0', { unit: 'in', minLimit: 0, maxLimit: 100 }],
  // Untouched for so long and nobody served: the panel rests, so that nothing burns in. 0: never.
  ['ScreenRestAfter', 'integer', '180', { unit: 's', minLimit: 0, maxLimit: 86_400 }],
]);
