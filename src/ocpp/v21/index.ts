import { errorCodes2x } from '../rpc/edition-error-codes.ts';
import { makeValidators } from '../rpc/make-validators.ts';
import generated from './generated/validators.js';

export type * from './generated/types.ts';
export const validators = makeValidators(generated);
export const errorCodes = errorCodes2x;
