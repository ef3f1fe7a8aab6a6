/** ReservationCtrlr. */
import { CONSTANT, READ_ONLY, rows, type Definition } from '../definition.ts';

export const reservation: readonly Definition[] = rows('ReservationCtrlr', [
  ['Available', 'boolean', 'true', CONSTANT],
  ['Enabled', 'boolean', 'true'],
  ['NonEvseSpecific', 'boolean', 'true', READ_ONLY],
]);
