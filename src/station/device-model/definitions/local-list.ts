/** LocalAuthListCtrlr. */
import { LIST_BYTES_PER_MESSAGE, LIST_CAPACITY, LIST_CAPACITY_BYTES, LIST_ITEMS_PER_MESSAGE } from '../../local-list/capacity.ts';
import { CONSTANT, READ_ONLY, rows, type Definition } from '../definition.ts';

export const localList: readonly Definition[] = rows('LocalAuthListCtrlr', [
  ['Available', 'boolean', 'true', CONSTANT],
  ['Enabled', 'boolean', 'true'],
  ['DisablePostAuthorize', 'boolean', 'false'],
  ['SupportsExpiryDateTime', 'boolean', 'true', CONSTANT],
  ['Entries', 'integer', '0', { ...READ_ONLY, maxLimit: LIST_CAPACITY }],
  ['Storage', 'integer', '0', { ...READ_ONLY, unit: 'B', maxLimit: LIST_CAPACITY_BYTES }],
  ['ItemsPerMessage', 'integer', String(LIST_ITEMS_PER_MESSAGE), CONSTANT],
  ['BytesPerMessage', 'integer', String(LIST_BYTES_PER_MESSAGE), CONSTANT],
]);
