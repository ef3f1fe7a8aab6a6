/** How a block of an edition says which actions it answers. */
import type { BridgeContext, IncomingHandler } from '../csms/edition.ts';

export type HandlerEntries = readonly (readonly [action: string, handler: IncomingHandler])[];
/** Every block file of an edition exports one; its index lists them. */
export type BlockHandlers = (context: BridgeContext) => HandlerEntries;

/** A handler that just answers. One that must act after its answer returns `{ payload, afterwards }` itself. */
export function on<Request>(handle: (request: Request) => object | Promise<object>): IncomingHandler {
  return async (payload) => ({ payload: await handle(payload) });
}
