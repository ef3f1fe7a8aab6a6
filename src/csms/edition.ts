/**
 * The contract of an edition bridge: what the CSMS client loads lazily once the sub-protocol is known. One bridge lives
 * as long as one connection; what must outlive it goes through `BridgeMemory`.
 */
import type { CsmsPort } from '../station/csms-port.ts';
import type { StationApi } from '../station/api.ts';
import type { Validators } from '../ocpp/rpc/validation.ts';
import type { ErrorCodes } from '../ocpp/rpc/error-codes.ts';

export type EditionName = 'ocpp1.6' | 'ocpp2.0.1' | 'ocpp2.1';

/** Sends one CALL and resolves with the validated CALLRESULT payload. Rejects with `CsmsError`. */
export type Call = (action: string, payload: object) => Promise<unknown>;

/** Durable facts an edition must remember about a transaction or itself, e.g. 1.6's numeric transaction id. */
export interface BridgeMemory {
  get(key: string): string | undefined;
  /** Durable when it resolves. `undefined` forgets. */
  set(key: string, value: string | undefined): Promise<void>;
}

/** Answers one CALL of the CSMS. */
export interface IncomingAnswer {
  readonly payload: object;
  /** Runs after the answer has been handed to the socket (FR.05: the response always goes before what it causes). */
  readonly afterwards?: () => void;
}

/** Thrown by a handler to answer CALLERROR. Lives in ocpp/rpc (`CallFault`). */
export type IncomingHandler = (payload: never) => IncomingAnswer | Promise<IncomingAnswer>;

export interface Bridge extends CsmsPort {
  /** Handlers by action. An action of the edition without a handler is answered NotSupported, others NotImplemented. */
  readonly handlers: ReadonlyMap<string, IncomingHandler>;
}

export interface BridgeContext {
  readonly station: StationApi;
  readonly call: Call;
  readonly memory: BridgeMemory;
  /** The station's present wall time, for `currentTime`-like fields of answers. */
  readonly nowMs: () => number;
  /** This text is a secret wherever it stands in a frame: shown as dots from now on. For editions whose words don't tell. */
  readonly hide: (secret: string) => void;
}

/** What each `src/editions/<v>/index.ts` exports as `edition`. */
export interface Edition {
  readonly name: EditionName;
  readonly validators: Validators;
  readonly errorCodes: ErrorCodes;
  createBridge(context: BridgeContext): Bridge;
}
