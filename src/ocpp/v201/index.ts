import { errorCodes2x } from '../rpc/edition-error-codes.ts';
import { makeValidators } from '../rpc/make-validators.ts';
import everyday from './generated/everyday.js';
import { seldomActions } from './generated/seldom-actions.ts';

export type * from './generated/types.ts';
export const validators = makeValidators(everyday, { actions: seldomActions, load: () => import('./generated/seldom.js') });
export { seldomActions };
export const errorCodes = errorCodes2x;
