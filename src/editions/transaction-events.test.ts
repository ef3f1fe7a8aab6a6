/** Whatever course a transaction takes and wherever the link breaks, what goes out is valid, in order and complete. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CsmsError } from '../station/csms-port.ts';
import type { TransactionEventReport } from '../station/reports.ts';
import type { StoppedReason, TriggerReason } from '../station/types.ts';
import { at, energy, event, fakeStation, LOST, testBridge, type Sent } from './test-bridge.ts';
import { edition as v16 } from './v16/index.ts';
import { edition as v201 } from './v201/index.ts';

const TOKEN = { value: 'CARD1', type: 'ISO14443' } as const;
const REASONS: readonly StoppedReason[] = ['Local', 'Remote', 'EVDisconnected', 'DeAuthorized', 'ImmediateReset', 'Reboot', 'GroundFault', 'Timeout', 'StoppedByEV'];
const BETWEEN: readonly TriggerReason[] = ['MeterValuePeriodic', 'MeterValueClock', 'ChargingStateChanged', 'Trigger', 'ChargingRateChanged'];

interface Course {
  readonly evseId: number;
  readonly connectorId: number;
  /** Number of the event by which the token, or the cable, is there; beyond the last: never. */
  readonly tokenAt: number;
  readonly cableAt: number;
  readonly between: readonly { readonly trigger: TriggerReason; readonly withValues: boolean }[];
  readonly reason: StoppedReason;
  readonly endValues: boolean;
}

const course: fc.Arbitrary<Course> = fc.record({
  evseId: fc.constantFrom(1, 2),
  connectorId: fc.constant(1),
  tokenAt: fc.nat(8),
  cableAt: fc.nat(8),
  between: fc.array(fc.record({ trigger: fc.constantFrom(...BETWEEN), withValues: fc.boolean() }), { maxLength: 8 }),
  reason: fc.constantFrom(...REASONS),
  endValues: fc.boolean(),
});

/** The events of one course, as the station's books would hold them. */
function events(transactionId: string, { evseId, connectorId, tokenAt, cableAt, between, reason, endValues }: Course): TransactionEventReport[] {
  const last = between.length + 1;
  const closedAt = Math.max(tokenAt, cableAt);
  return Array.from({ length: last + 1 }, (_, seqNo) => {
    const own = between[seqNo - 1];
    const wh = 1000 + seqNo * 10;
    const has = { token: seqNo >= tokenAt, cable: seqNo >= cableAt };
    const values = seqNo === 0 ? [energy(seqNo, wh, 'Transaction.Begin')]
      : seqNo === last ? (endValues ? [energy(0, 1000, 'Transaction.Begin'), energy(seqNo, wh, 'Transaction.End')] : [])
        : own?.withValues === true ? [energy(seqNo, wh)] : [];
    return event({
      transactionId, evseId, seqNo, timestamp: at(seqNo), registerWh: wh,
      connectorId: has.cable ? connectorId : null,
      activeIdToken: has.token ? TOKEN : null,
      powerPathClosed: seqNo === closedAt && seqNo < last,
      firstWithEvse: seqNo === cableAt,
      eventType: seqNo === 0 ? 'Started' : seqNo === last ? 'Ended' : 'Updated',
      triggerReason: seqNo === tokenAt ? 'Authorized' : seqNo === cableAt ? 'CablePluggedIn' : own?.trigger ?? 'StopAuthorized',
      ...(seqNo === tokenAt ? { idToken: TOKEN } : {}),
      ...(seqNo === last ? { stoppedReason: reason } : {}),
      ...(values.length === 0 ? {} : { meterValues: values }),
    });
  });
}

/** Delivers in order as the outbox does: again after each lost answer, over a new connection. `losses`: which calls are lost. */
async function play(edition: typeof v16, reports: readonly TransactionEventReport[], losses: ReadonlySet<number>): Promise<{ sent: Sent[]; answered: Sent[]; remembered: Map<string, string> }> {
  const remembered = new Map<string, string>();
  const sent: Sent[] = [];
  const answered: Sent[] = [];
  let calls = 0;
  let numbers = 100;
  for (const report of reports) {
    for (;;) {
      const csms = testBridge(edition, fakeStation(), remembered);
      const lossy = (action: string, answer: () => object) => csms.csms.set(action, (payload) => {
        sent.push({ action, payload });
        if (losses.has(calls++)) return LOST;
        answered.push({ action, payload });
        return answer();
      });
      lossy('StartTransaction', () => ({ transactionId: ++numbers, idTagInfo: { status: 'Accepted' } }));
      for (const action of ['MeterValues', 'StopTransaction', 'TransactionEvent']) lossy(action, () => ({}));
      try {
        await csms.bridge.deliver(report, { offline: false });
        break;
      } catch (error) {
        if (!(error instanceof CsmsError)) throw error;
      }
    }
  }
  return { sent, answered, remembered };
}

/** A message that follows a lost one is its copy. */
function expectCopies(sent: readonly Sent[], losses: ReadonlySet<number>): void {
  sent.forEach((message, index) => {
    if (losses.has(index)) expect(sent[index + 1]).toEqual(message);
  });
}

const someLosses = fc.uniqueArray(fc.nat(30), { maxLength: 12 }).map((list) => new Set(list));

describe('any course of a transaction', () => {
  it('1.6: StartTransaction, its MeterValues, StopTransaction; or nothing at all', async () => {
    await fc.assert(fc.asyncProperty(course, someLosses, async (one, losses) => {
      const reports = events('tx-1', one);
      const { sent, answered, remembered } = await play(v16, reports, losses);
      expectCopies(sent, losses);
      expect([...remembered].filter(([key]) => !key.startsWith('v16.last.'))).toEqual([]); // one note per EVSE stays

      const start = reports.find(({ powerPathClosed }) => powerPathClosed);
      if (start === undefined) {
        expect(sent).toEqual([]);
        return;
      }
      const values = reports.filter(({ seqNo, eventType, meterValues }) =>
        seqNo > 0 && seqNo >= start.seqNo && eventType === 'Updated' && meterValues !== undefined);
      expect(answered.map(({ action }) => action)).toEqual(['StartTransaction', ...values.map(() => 'MeterValues'), 'StopTransaction']);
      expect(answered[0]?.payload).toMatchObject({ meterStart: start.registerWh, idTag: TOKEN.value });
      expect(new Set(answered.slice(1).map(({ payload }) => payload['transactionId']))).toEqual(new Set([101]));
      expect(answered.at(-1)?.payload).toMatchObject({ meterStop: reports.at(-1)?.registerWh });
    }), { numRuns: 300 });
  });

  it('2.0.1: one message per event, with its sequence number', async () => {
    await fc.assert(fc.asyncProperty(course, someLosses, async (one, losses) => {
      const reports = events('tx-1', one);
      const { sent, answered } = await play(v201, reports, losses);
      expectCopies(sent, losses);
      expect(answered.map(({ payload }) => [payload['seqNo'], payload['eventType']])).toEqual(reports.map(({ seqNo, eventType }) => [seqNo, eventType]));
    }), { numRuns: 300 });
  });

  it('1.6: two EVSEs at once don\'t mix up their numbers', async () => {
    await fc.assert(fc.asyncProperty(course, course, someLosses, fc.infiniteStream(fc.boolean()), async (one, other, losses, turns) => {
      const left = [events('tx-1', { ...one, evseId: 1 }), events('tx-2', { ...other, evseId: 2 })] as const;
      const mixed: TransactionEventReport[] = [];
      while (left[0].length + left[1].length > 0) {
        const next = left[turns.next().value ? 0 : 1].shift();
        if (next !== undefined) mixed.push(next);
      }
      const { answered, remembered } = await play(v16, mixed, losses);
      expect([...remembered].filter(([key]) => !key.startsWith('v16.last.'))).toEqual([]); // one note per EVSE stays
      for (const connectorId of [1, 2]) {
        const own = answered.filter(({ payload }) => payload['connectorId'] === connectorId);
        const numbers = new Set(own.filter(({ action }) => action === 'MeterValues').map(({ payload }) => payload['transactionId']));
        expect(numbers.size).toBeLessThanOrEqual(1);
      }
      const stops = answered.filter(({ action }) => action === 'StopTransaction').map(({ payload }) => payload['transactionId']);
      expect(stops).toHaveLength(answered.filter(({ action }) => action === 'StartTransaction').length);
      expect(new Set(stops).size).toBe(stops.length);
    }), { numRuns: 200 });
  });
});
