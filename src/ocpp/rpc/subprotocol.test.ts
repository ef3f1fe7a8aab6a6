import { describe, expect, it } from 'vitest';
import { negotiated } from './subprotocol.ts';

const OFFERED = ['ocpp2.0.1', 'ocpp1.6'] as const;

describe('the edition that the CSMS picked', () => {
  it.each(OFFERED)('%s', (picked) => {
    expect(negotiated(OFFERED, picked)).toEqual({ ok: true, edition: picked });
  });

  it('none: the CSMS speaks nothing of what was offered, and the sentence names it', () => {
    expect(negotiated(OFFERED, '')).toEqual({ ok: false, code: 'NoSubprotocol', sentence: expect.stringContaining('ocpp2.0.1, ocpp1.6') });
  });

  it.each(['ocpp2.1', 'OCPP1.6', 'ocpp1.6, ocpp2.0.1', 'x'.repeat(500)])('what was not offered is never spoken: %s', (picked) => {
    const result = negotiated(OFFERED, picked);
    expect(result).toMatchObject({ ok: false, code: 'UnknownSubprotocol' });
    if (!result.ok) expect(result.sentence.length).toBeLessThan(100);
  });
});
