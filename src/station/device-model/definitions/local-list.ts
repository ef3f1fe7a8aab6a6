/** LocalAuthListCtrlr. */
import { LIST_CAPACITY } from '../../local-list/capacity.ts';
import { CONSTANT, READ_ONLY, rows, type Definition } from '../definition.ts';

export const localList: readonly Definition[] = rows('LocalAuthListCtrlr', [
  ['Available', 'boolean', 'true', CONSTANT],
  ['Enabled', 'boolean', 'true'],
  ['DisablePostAuthorize', 'boolean', 'false'],
  ['Entries', 'integer', '0', { ...READ_ONLY, maxLimit: LIST_CAPACITY }],
  ['ItemsPerMessage', 'integer', '1000', CONSTANT],
  ['BytesPerMessage', 'integer', '500000', CONSTANT],
]);
