import { KerbsideError } from '../../base/errors.ts';

/** Why a CALL got no usable answer. */
export class RpcError extends KerbsideError {
  constructor(
    readonly kind: 'callError' | 'badAnswer' | 'timeout' | 'connectionLost' | 'invalidRequest',
    message: string,
    /** Of the CALLERROR. */
    readonly errorCode?: string,
  ) {
    super(`Rpc.${kind}`, message);
  }
}
