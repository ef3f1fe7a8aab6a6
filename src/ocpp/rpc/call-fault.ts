import { KerbsideError } from '../../base/errors.ts';

/** Thrown by a handler of an incoming CALL: becomes a CALLERROR with this code. */
export class CallFault extends KerbsideError {
  constructor(readonly errorCode: string, description: string, readonly details: Record<string, unknown> = {}) {
    super(`CallFault.${errorCode}`, description);
  }
}
