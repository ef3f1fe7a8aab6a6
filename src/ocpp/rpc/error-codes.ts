import type { SchemaViolation } from './validation.ts';

/** The RPC error codes of one edition (1.6-J section 4.2.3, OCPP-J 2.0.1 part 4 section 4.3). */
export interface ErrorCodes {
  readonly unknownAction: string;
  readonly unsupportedAction: string;
  readonly internal: string;
  readonly security: string;
  readonly malformedFrame: string;
  readonly protocol: string;
  /** The code that tells the sender which kind of schema violation it was. */
  forViolation(violation: SchemaViolation): string;
  /** Codes that a CSMS may send in this edition (others are accepted and logged). */
  readonly known: ReadonlySet<string>;
}
