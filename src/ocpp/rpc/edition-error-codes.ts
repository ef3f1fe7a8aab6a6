/** RPC error codes per edition: 1.6-J section 4.2.3 with its own spellings; 2.x part 4 section 4.3. */
import type { ErrorCodes } from './error-codes.ts';
import type { SchemaViolation } from './validation.ts';

const COMMON = [
  'NotImplemented', 'NotSupported', 'InternalError', 'ProtocolError', 'SecurityError', 'PropertyConstraintViolation',
  'TypeConstraintViolation', 'GenericError',
];

/** Both spellings are in the field; either is understood from the other side. */
const OCCURRENCE = ['OccurenceConstraintViolation', 'OccurrenceConstraintViolation'];

function kindOf({ keyword }: SchemaViolation): 'occurrence' | 'type' | 'property' | 'formation' {
  switch (keyword) {
    case 'required': case 'minItems': case 'maxItems': case 'uniqueItems': return 'occurrence';
    case 'type': return 'type';
    case 'additionalProperties': return 'formation';
    default: return 'property'; // enum, lengths, ranges, format, multipleOf
  }
}

export const errorCodes16: ErrorCodes = {
  unknownAction: 'NotImplemented',
  unsupportedAction: 'NotSupported',
  internal: 'InternalError',
  security: 'SecurityError',
  malformedFrame: 'FormationViolation',
  protocol: 'ProtocolError',
  forViolation: (violation) => ({
    occurrence: 'OccurenceConstraintViolation', type: 'TypeConstraintViolation', property: 'PropertyConstraintViolation', formation: 'FormationViolation',
  })[kindOf(violation)],
  known: new Set([...COMMON, ...OCCURRENCE, 'FormationViolation', 'FormatViolation']),
};

export const errorCodes2x: ErrorCodes = {
  unknownAction: 'NotImplemented',
  unsupportedAction: 'NotSupported',
  internal: 'InternalError',
  security: 'SecurityError',
  malformedFrame: 'RpcFrameworkError',
  protocol: 'ProtocolError',
  forViolation: (violation) => ({
    occurrence: 'OccurrenceConstraintViolation', type: 'TypeConstraintViolation', property: 'PropertyConstraintViolation', formation: 'FormatViolation',
  })[kindOf(violation)],
  known: new Set([...COMMON, ...OCCURRENCE, 'FormatViolation', 'FormationViolation', 'MessageTypeNotSupported', 'RpcFrameworkError']),
};
