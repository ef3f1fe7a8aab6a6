/** Canned snapshots: every state of the driver's display without a station. */
import type { EvseView, MessageView, StationSnapshot } from '../../link/snapshot.ts';
import { SNAPSHOT_VERSION } from '../../link/snapshot.ts';

const NOW_MS = new Date(2026, 5, 1, 14, 32).getTime();
const MINUTE_MS = 60_000;

export interface Story { readonly name: string; readonly snapshot: StationSnapshot | null; readonly failure?: string; readonly nowMs: number }

function evse(change: Partial<EvseView>, id = 1): EvseView {
  return {
    id, maxPowerW: 22_080, phases: 3, state: 'idle', token: null, tariff: null, languages: [], connectDeadlineMs: null, extensionsLeft: 10, powerW: 0, meterWh: 1_284_310,
    connectors: [{ id: 1, type: 'cType2', status: 'Available', plugged: false, locked: false, pilot: 'A' }],
    limitW: null, limitReason: null, currentA: [], voltageV: [], temperatureC: null, socPercent: null, transaction: null, summary: null,
    fault: null, reservedUntilMs: null,
    controller: { link: 'up', detail: null, vendor: 'Kerbside', model: 'Simulated', firmware: null, failsafe: '', refusal: null, contactorClosed: false, facts: [] },
    ...change,
  };
}

function station(evses: EvseView[], change: Partial<StationSnapshot> = {}): StationSnapshot {
  return {
    version: SNAPSHOT_VERSION, revision: 1, nowMs: NOW_MS,
    station: { identity: 'KS-0427', vendor: 'Kerbside', model: 'Simulated', firmware: '', hardware: 'openevse', refusal: null },
    csms: {
      url: 'wss://csms.example/ocpp', link: 'connected', edition: 'ocpp2.0.1', boot: 'Accepted', offlineSinceMs: null, explanation: null,
      nextAttemptInMs: null, lastHeartbeatMs: NOW_MS, clockOffsetMs: 0,
    },
    evses, authorization: null, masterPass: null, startButton: false,
    books: { queued: 0, parked: 0, usedBytes: 0, quotaBytes: null, persisted: true, warning: null },
    tariff: { wording: [{ language: 'en', text: '€0.59 per kWh, VAT included' }], currency: 'EUR' }, utcOffsetMin: null, language: 'en', messages: [], pendingReset: false, updating: false, ...change,
  };
}

const session = { id: 't-1', chargingState: 'Charging', startedMs: NOW_MS - 108 * MINUTE_MS, elapsedS: 6480, energyWh: 18_420, seqNo: 217, cost: 10.87 };
const charging = evse({ state: 'charging', powerW: 7402, limitW: 7400, limitReason: 'site', transaction: session });
const summary = { transactionId: 't-1', energyWh: 18_420, elapsedS: 6480, startWh: 1_265_890, endWh: 1_284_310, cost: 10.87, costSoFar: null, costText: null, qrText: null, stoppedReason: 'Local' };
const offline = { ...station([]).csms, link: 'disconnected' as const, offlineSinceMs: NOW_MS - 27 * MINUTE_MS };
const refused = { state: 'refused' as const, masked: '••••4821', status: 'ConcurrentTx', evseId: 1 };

const spoken = (text: string): { language: string; text: string }[] => [{ language: 'en', text }];

function message(change: Partial<MessageView>): MessageView {
  return { id: 1, priority: 'NormalCycle', evseId: null, kind: 'text', text: '', language: null, group: '', ...change };
}

const told: readonly (readonly [string, StationSnapshot | null, string?])[] = [
  ['idle', station([evse({})])],
  ['idle-no-price', station([evse({})], { tariff: { wording: null, currency: 'EUR' } })],
  ['checking', station([evse({ state: 'checking', token: { masked: '••••4821', type: 'ISO14443' } })])],
  ['refused', station([evse({})], { authorization: refused })],
  ['no-answer', station([evse({})], { authorization: { ...refused, state: 'noAnswer', status: null } })],
  ['plug-in', station([evse({ state: 'plugIn', connectDeadlineMs: NOW_MS + 48_000 })])],
  ['waiting', station([evse({ state: 'waitingForCard' })])],
  ['preparing', station([evse({ state: 'preparing' })])],
  ['charging', station([charging])],
  ['charging-soc', station([{ ...charging, socPercent: 63, limitW: null, limitReason: null, powerW: 21_900 }])],
  ['charging-offline', station([{ ...charging, transaction: { ...session, cost: null } }], { csms: offline })],
  ['paused-car', station([evse({ state: 'suspendedByCar', transaction: session })])],
  ['paused-station', station([evse({ state: 'suspendedByStation', transaction: session })])],
  ['stopping', station([evse({ state: 'stopping', transaction: session })])],
  ['finished', station([evse({ state: 'finished', summary })])],
  ['finished-unknown', station([evse({ state: 'finished', summary: { ...summary, cost: null, stoppedReason: 'GroundFault' } })])],
  ['reserved', station([evse({ state: 'reserved', reservedUntilMs: NOW_MS + 200 * MINUTE_MS })])],
  ['unavailable', station([evse({ state: 'unavailable' })])],
  ['updating', station([evse({ state: 'unavailable' })], { updating: true })],
  ['fault', station([evse({ state: 'faulted', transaction: session, fault: { code: 'GroundFailure', info: null } })])],
  ['offline', station([evse({})], { csms: offline })],
  ['starting', null],
  ['no-station', null, 'the lock was lost'],
  ['two', station([charging, evse({}, 2)])],
  ['two-offline', station([{ ...charging, transaction: { ...session, cost: null } }, evse({ state: 'plugIn', connectDeadlineMs: NOW_MS + 48_000 }, 2)], { csms: offline })],
  ['two-finished', station([evse({ state: 'finished', summary }), evse({ state: 'faulted', fault: { code: 'GroundFailure', info: null } }, 2)])],
  ['plug-in-tariff', station([evse({ state: 'plugIn', connectDeadlineMs: NOW_MS + 48_000, tariff: spoken('€0.42 per kWh for you, from 22:00 €0.31') })])],
  ['charging-tariff', station([{ ...charging, tariff: spoken('€0.42 per kWh for you, from 22:00 €0.31') }])],
  ['finished-qr', station([evse({ state: 'finished', summary: { ...summary, costText: spoken('€9.87 energy, €1.00 parking, VAT included'), qrText: 'https://operator.example/i/13546' } })])],
  ['finished-offline', station([evse({ state: 'finished', summary: { ...summary, cost: null, costSoFar: 10.87, costText: spoken('No network: what you pay follows by mail.') } })], { csms: offline })],
  ['message-always', station([charging], { messages: [message({ priority: 'AlwaysFront', text: 'Car park closes at 22:00.\nPlease leave by then.' })] })],
  ['message-front', station([evse({})], { messages: [message({ priority: 'InFront', text: 'Works on the access road from Monday on: use the entrance in Mill Lane.' })] })],
  ['message-cycle', station([evse({})], { messages: [1, 2, 3].map((id) => message({ id, text: 'Half price at night, from 22:00 to 6:00.' })) })],
  ['message-long', station([evse({})], { messages: [message({ priority: 'InFront', text: 'A fault in the neighbourhood keeps the power low today. '.repeat(9).trim() })] })],
  ['message-link', station([evse({})], { messages: [message({ priority: 'InFront', kind: 'link', text: 'https://operator.example/help' })] })],
  ['two-message', station([charging, evse({}, 2)], { messages: [message({ priority: 'InFront', evseId: 1, text: 'Your voucher ends in ten minutes.' })] })],
  ['two-refused', station([evse({ state: 'suspendedByCar', transaction: session }), evse({}, 2)], { authorization: { ...refused, evseId: null } })],
];

export const STORIES: readonly Story[] = told.map(([name, snapshot, failure]) => ({ name, snapshot, nowMs: NOW_MS, ...(failure === undefined ? {} : { failure }) }));
