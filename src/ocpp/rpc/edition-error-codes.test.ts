import { describe, expect, it } from 'vitest';
import { errorCodes16, errorCodes2x } from './edition-error-codes.ts';

const violation = (keyword: string): { keyword: string; path: string; message: string } => ({ keyword, path: '', message: '' });

describe('which code tells of which schema violation', () => {
  it.each([
    ['required', 'OccurenceConstraintViolation', 'OccurrenceConstraintViolation'],
    ['minItems', 'OccurenceConstraintViolation', 'OccurrenceConstraintViolation'],
    ['maxItems', 'OccurenceConstraintViolation', 'OccurrenceConstraintViolation'],
    ['uniqueItems', 'OccurenceConstraintViolation', 'OccurrenceConstraintViolation'],
    ['type', 'TypeConstraintViolation', 'TypeConstraintViolation'],
    ['additionalProperties', 'FormationViolation', 'FormatViolation'],
    ['enum', 'PropertyConstraintViolation', 'PropertyConstraintViolation'],
    ['maxLength', 'PropertyConstraintViolation', 'PropertyConstraintViolation'],
    ['minimum', 'PropertyConstraintViolation', 'PropertyConstraintViolation'],
    ['maximum', 'PropertyConstraintViolation', 'PropertyConstraintViolation'],
    ['multipleOf', 'PropertyConstraintViolation', 'PropertyConstraintViolation'],
    ['format', 'PropertyConstraintViolation', 'PropertyConstraintViolation'],
  ])('%s: %s in 1.6, %s in 2.x', (keyword, code16, code2x) => {
    expect(errorCodes16.forViolation(violation(keyword))).toBe(code16);
    expect(errorCodes2x.forViolation(violation(keyword))).toBe(code2x);
  });

  it('every code that an edition sends is one that it knows', () => {
    for (const codes of [errorCodes16, errorCodes2x]) {
      const sent = [codes.unknownAction, codes.unsupportedAction, codes.internal, codes.security, codes.malformedFrame, codes.protocol];
      for (const keyword of ['required', 'type', 'additionalProperties', 'enum']) sent.push(codes.forViolation(violation(keyword)));
      expect(sent.filter((code) => !codes.known.has(code))).toEqual([]);
    }
  });

  it('a frame that can\'t be read has a code of its own in each edition; 1.6 knows none of those of 2.x', () => {
    expect([errorCodes16.malformedFrame, errorCodes2x.malformedFrame]).toEqual(['FormationViolation', 'RpcFrameworkError']);
    expect(['RpcFrameworkError', 'MessageTypeNotSupported'].filter((code) => errorCodes16.known.has(code))).toEqual([]);
  });
});
