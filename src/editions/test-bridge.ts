/** What bridge tests stand on: a station that answers what it is told to, and a CSMS that judges every message. */
import { expect } from 'vitest';
import type { Bridge, BridgeMemory, Edition, IncomingAnswer } from '../csms/edition.ts';
import type { StationApi } from '../station/api.ts';
import { CsmsError } from '../station/csms-port.ts';
import type { TransactionEventReport } from '../station/reports.ts';
import type { Timestamp } from '../station/types.ts';

export const NOON_MS = Date.UTC(2026, 0, 5, 12);

export function at(seconds: number): Timestamp {
  return { wallMs: NOON_MS + seconds * 1000, monotonicMs: seconds * 1000, run: 1 };
}

export interface Asked { readonly what: string; readonly args: readonly unknown[] }

export interface FakeStation extends StationApi {
  /** Every call of the API, in order. */
  readonly asked: Asked[];
}

type Blocks = Partial<{ [Block in keyof StationApi]: Partial<StationApi[Block]> }>;

/** EVSEs 1 and 3 with one connector, EVSE 2 with two. Whatever isn't in `answers` says Accepted. */
export function fakeStation(answers: Blocks = {}): FakeStation {
  const asked: Asked[] = [];
  const block = (name: string, methods: readonly string[]): object => Object.fromEntries(methods.map((method) => [method, (...args: unknown[]) => {
    asked.push({ what: `${name}.${method}`, args });
    const own = (answers as Record<string, Record<string, (...a: unknown[]) => unknown> | undefined>)[name]?.[method];
    return own === undefined ? { status: 'Accepted' } : own(...args);
  }]));
  return {
    asked,
    evses: [{ id: 1, connectorIds: [1] }, { id: 2, connectorIds: [1, 2] }, { id: 3, connectorIds: [1] }],
    bootStatus: answers.bootStatus ?? 'Accepted',
    deviceModel: block('deviceModel', ['get', 'set', 'all']),
    provisioning: block('provisioning', ['reset', 'baseReport', 'report', 'setNetworkProfile']),
    remoteControl: block('remoteControl', ['requestStart', 'requestStop', 'unlock', 'trigger']),
    availability: block('availability', ['change']),
    authorization: block('authorization', ['clearCache']),
    transactions: block('transactions', ['status', 'runningOn']),
    tariffCost: block('tariffCost', ['costUpdated']),
    dataTransfer: block('dataTransfer', ['receive']),
    reservation: block('reservation', ['reserve', 'cancel']),
    smartCharging: { enabled: true, ...block('smartCharging', ['setProfile', 'clearProfiles', 'compositeSchedule', 'reportProfiles']) },
  } as unknown as FakeStation;
}

export interface Sent { readonly action: string; readonly payload: Record<string, unknown> }

export interface TestBridge {
  readonly bridge: Bridge;
  readonly station: FakeStation;
  readonly sent: Sent[];
  readonly remembered: Map<string, string>;
  /** Answers by action; an Error is thrown instead. */
  readonly csms: Map<string, (payload: Record<string, unknown>) => object | CsmsError>;
  /** A CALL of the CSMS: validated, handled, and its answer validated. */
  receive(action: string, payload: object): Promise<IncomingAnswer & { readonly payload: Record<string, unknown> }>;
}

/** @param remembered kept over a reconnect by handing it on */
export function testBridge(edition: Edition, station = fakeStation(), remembered = new Map<string, string>()): TestBridge {
  const sent: Sent[] = [];
  const csms: TestBridge['csms'] = new Map();
  const memory: BridgeMemory = {
    get: (key) => remembered.get(key),
    set: async (key, value) => {
      if (value === undefined) remembered.delete(key);
      else remembered.set(key, value);
    },
  };
  const bridge = edition.createBridge({
    station, memory, nowMs: () => NOON_MS, hide: () => {},
    call: async (action, payload) => {
      await edition.validators.load(action);
      // What the RPC layer would refuse to send mustn't be rendered.
      expect(edition.validators.request(action, payload), JSON.stringify(payload)).toBeNull();
      sent.push({ action, payload: payload as Record<string, unknown> });
      const answer = csms.get(action)?.(payload as Record<string, unknown>) ?? {};
      if (answer instanceof CsmsError) throw answer;
      expect(edition.validators.response(action, answer), `the test's own answer to ${action}`).toBeNull();
      return answer;
    },
  });
  return {
    bridge, station, sent, remembered, csms,
    receive: async (action, payload) => {
      await edition.validators.load(action);
      expect(edition.validators.request(action, payload), `the test's own ${action}`).toBeNull();
      const handler = bridge.handlers.get(action);
      expect(handler, action).toBeDefined();
      const answer = await handler?.(payload as never);
      expect(edition.validators.response(action, answer?.payload), JSON.stringify(answer?.payload)).toBeNull();
      return answer as IncomingAnswer & { payload: Record<string, unknown> };
    },
  };
}

export const LOST = new CsmsError('connectionLost', 'gone');

/** One event with what every event has; the rest is `own`. */
export function event(own: Partial<TransactionEventReport> = {}): TransactionEventReport {
  return {
    kind: 'transactionEvent', eventType: 'Updated', timestamp: at(0), triggerReason: 'MeterValuePeriodic', seqNo: 0,
    transactionId: 'tx-1', evseId: 1, connectorId: 1, firstWithEvse: false, offline: false, registerWh: 1000,
    activeIdToken: { value: 'CARD1', type: 'ISO14443' }, powerPathClosed: false, ...own,
  };
}

/** An energy reading in a transaction. */
export function energy(seconds: number, wh: number, context: 'Transaction.Begin' | 'Sample.Periodic' | 'Sample.Clock' | 'Trigger' | 'Transaction.End' = 'Sample.Periodic') {
  return {
    timestamp: at(seconds),
    sampledValues: [{ measurand: 'Energy.Active.Import.Register', value: wh, unit: 'Wh', location: 'Outlet', context }],
  } as const;
}
