import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { callFrame, errorFrame, MAX_FRAME_CHARACTERS, parseFrame, resultFrame } from './frames.ts';

describe('parseFrame', () => {
  it('never throws, whatever comes', () => {
    fc.assert(fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json(), fc.array(fc.jsonValue()).map((value) => JSON.stringify(value))), (text) => {
      expect(['call', 'result', 'error', 'failure']).toContain(parseFrame(text).type);
    }));
  });

  it('reads back what the serialisers wrote', () => {
    const id = fc.string({ minLength: 1, maxLength: 36 });
    const payload = fc.dictionary(fc.string().filter((key) => key !== '__proto__'), fc.string());
    fc.assert(fc.property(id, fc.string(), payload, (messageId, action, body) => {
      expect(parseFrame(callFrame(messageId, action, body))).toEqual({ type: 'call', id: messageId, action, payload: { ...body } });
      expect(parseFrame(resultFrame(messageId, body))).toEqual({ type: 'result', id: messageId, payload: { ...body } });
      expect(parseFrame(errorFrame(messageId, 'GenericError', 'x'.repeat(300)))).toMatchObject({ type: 'error', description: 'x'.repeat(255) });
    }));
  });

  it.each([
    ['not JSON', '{', 'answer', null],
    ['not an array', '{}', 'answer', null],
    ['an empty array', '[]', 'answer', null],
    ['an unknown message type', '[9,"a","B",{}]', 'ignore', null],
    ['a numeric id', '[2,7,"Reset",{}]', 'answer', null],
    ['an id of 37 characters', `[2,"${'a'.repeat(37)}","Reset",{}]`, 'answer', null],
    ['a CALL of three elements', '[2,"a","Reset"]', 'answer', 'a'],
    ['a CALL with null as payload', '[2,"a","Reset",null]', 'answer', 'a'],
    ['a CALL with a list as payload', '[2,"a","Reset",[]]', 'answer', 'a'],
    ['a CALLRESULT without payload', '[3,"a"]', 'ignore', 'a'],
    ['100,000 brackets', '['.repeat(100_000), 'answer', null],
    ['a frame over the limit', ' '.repeat(MAX_FRAME_CHARACTERS + 1), 'answer', null],
    ['10 MB in one CALL', callFrame('a', 'DataTransfer', { data: 'x'.repeat(10_000_000) }), 'answer', null],
  ])('tells %s', (_what, text, reaction, id) => {
    expect(parseFrame(text)).toMatchObject({ type: 'failure', reaction, id });
  });

  it('lets __proto__ pollute nothing', () => {
    const frame = parseFrame('[2,"a","Reset",{"__proto__":{"polluted":true}}]');
    expect(frame.type).toBe('call');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});
