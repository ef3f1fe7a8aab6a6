/** Canned snapshots: every state of the driver's display without a station. */
import type { EvseView, MessageView, StationSnapshot } from '../../link/snapshot.ts';
import { SNAPSHOT_VERSION } from '../../link/snapshot.ts';

const NOW_MS = new Date(2026, 5, 1, 14, 32).getTime();
const MINUTE_MS = 60_000;

export interface Story { readonly name: string; readonly snapshot: StationSnapshot | null; readonly failure?: string; readonly begin?: StoryBegin; readonly nowMs: number }

export interface StoryBegin { readonly panel?: 'languages' | 'pin' | 'help' | 'signed'; readonly rest?: boolean; readonly pin?: string }

function evse(change: Partial<EvseView>, id = 1): EvseView {
  return {
    id, maxPowerW: 22_080, phases: 3, state: 'idle', token: null, tariff: null, languages: [], connectDeadlineMs: null, extensionsLeft: 10, powerW: 0, meterWh: 1_284_310,
    connectors: [{ id: 1, type: 'cType2', status: 'Available', plugged: false, locked: false, pilot: 'A' }],
    limitW: null, limitReason: null, limitUntilMs: null, currentA: [], voltageV: [], temperatureC: null, socPercent: null, transaction: null, summary: null,
    receiptHidden: false, fault: null, reservedUntilMs: null, reservedFor: null,
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
    evses, authorization: null, masterPass: null, readers: [], startButton: false, pinPad: null,
    display: { helpLine: '0800 555 0427', operatorUrl: 'https://operator.example/s/KS-0427', diagonalIn: null, restAfterS: 180 },
    books: { queued: 0, parked: 0, usedBytes: 0, quotaBytes: null, persisted: true, warning: null },
    tariff: { wording: [{ language: 'en', text: '€0.59 per kWh, VAT included' }], currency: 'EUR' }, utcOffsetMin: null, language: 'en', messages: [], pendingReset: false, updating: false, ...change,
  };
}

const card = { masked: '••4821', type: 'ISO14443' };
const pin = { masked: '••••', type: 'KeyCode' };
const nobody = { masked: 'NoAuthorization', type: 'NoAuthorization' };
const session = { id: 't-1', chargingState: 'Charging', startedMs: NOW_MS - 108 * MINUTE_MS, elapsedS: 6480, energyWh: 18_420, seqNo: 217, cost: 10.87, idleFee: null,
  powerCurve: { stretchS: 120, powerW: [...Array.from({ length: 20 }, () => 11_040), ...Array.from({ length: 34 }, (_, index) => 7400 - 20 * index)] },
};
const charging = evse({ state: 'charging', powerW: 7402, limitW: 7400, limitReason: 'site', limitUntilMs: NOW_MS + 248 * MINUTE_MS, token: card, transaction: session });
const summary = { transactionId: 't-1', energyWh: 18_420, elapsedS: 6480, startWh: 1_265_890, endWh: 1_284_310, cost: 10.87, costSoFar: null, costText: null, qrText: null, idleFee: null, untilMs: NOW_MS + 45_000, signedText: null, stoppedReason: 'Local' };
const plugged: EvseView['connectors'] = [{ id: 1, type: 'cType2', status: 'Occupied', plugged: true, locked: false, pilot: 'B' }];
/** As long as a real one. */
const SIGNED = `<?xml version="1.0" encoding="UTF-8"?><values>${['Begin', 'End'].map((context) => `<value context="Transaction.${context}"><signedData format="OCMF" encoding="plain">OCMF|{&#34;FV&#34;:&#34;1.0&#34;,&#34;RD&#34;:[{&#34;RV&#34;:1265.89}]}|${'a7'.repeat(170)}</signedData><publicKey encoding="plain">${'3059'.repeat(45)}</publicKey></value>`).join('')}</values>`;
const offline = { ...station([]).csms, link: 'disconnected' as const, offlineSinceMs: NOW_MS - 27 * MINUTE_MS };
const refused = { state: 'refused' as const, masked: '••4821', type: 'ISO14443', status: 'ConcurrentTx', evseId: 1 };

const spoken = (text: string): { language: string; text: string }[] => [{ language: 'en', text }];

function message(change: Partial<MessageView>): MessageView {
  return { id: 1, priority: 'NormalCycle', evseId: null, kind: 'text', text: '', language: null, group: '', ...change };
}

const told: readonly (readonly [string, StationSnapshot | null, (string | StoryBegin)?])[] = [
  ['idle', station([evse({})])],
  ['idle-no-price', station([evse({})], { tariff: { wording: null, currency: 'EUR' } })],
  ['checking', station([evse({ state: 'checking', token: card })], { authorization: { ...refused, state: 'checking', status: null } })],
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
  ['finished-unknown', station([evse({ state: 'finished', connectors: plugged, summary: { ...summary, cost: null, stoppedReason: 'GroundFault' } })])],
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
  ['idle-start-button', station([evse({})], { startButton: true, pinPad: { blockedUntilMs: null } })],
  ['idle-pin', station([evse({})], { pinPad: { blockedUntilMs: null } })],
  ['pin', station([evse({})], { pinPad: { blockedUntilMs: null } }), { panel: 'pin', pin: '4821' }],
  ['languages', station([evse({})]), { panel: 'languages' }],
  ['two-languages', station([charging, evse({}, 2)]), { panel: 'languages' }],
  ['help', station([evse({})]), { panel: 'help' }],
  ['rest', station([evse({}), evse({}, 2)]), { rest: true }],
  ['pin-blocked', station([evse({})], { pinPad: { blockedUntilMs: NOW_MS + 4 * MINUTE_MS } })],
  ['checking-pin', station([evse({ state: 'checking', token: pin })], { authorization: { state: 'checking', masked: '••••', type: 'KeyCode', status: null, evseId: 1 } })],
  ['checking-car', station([evse({ state: 'checking' })], { authorization: { state: 'checking', masked: '••77A2', type: 'eMAID', status: null, evseId: 1 } })],
  ['refused-pin', station([evse({})], { pinPad: { blockedUntilMs: null }, authorization: { ...refused, type: 'KeyCode', masked: '••••', status: 'Invalid' } })],
  ['preparing-locked', station([evse({ state: 'preparing', token: card, connectors: [{ id: 1, type: 'cType2', status: 'Occupied', plugged: true, locked: true, pilot: 'B' }] })])],
  ['preparing-ready', station([evse({ state: 'preparing', token: { masked: '••77A2', type: 'eMAID' }, connectors: [{ id: 1, type: 'cType2', status: 'Occupied', plugged: true, locked: true, pilot: 'C' }] })])],
  ['charging-heat', station([{ ...charging, limitReason: 'heat', limitUntilMs: null, temperatureC: 78 }])],
  ['charging-pin', station([{ ...charging, token: pin }])],
  ['charging-button', station([{ ...charging, token: nobody }], { startButton: true })],
  ['charging-app', station([{ ...charging, token: { masked: '••9F21', type: 'Central' } }])],
  ['charging-car', station([{ ...charging, token: { masked: '••77A2', type: 'eMAID' }, limitReason: 'vehicle', limitUntilMs: null, socPercent: 63 }])],
  ['idle-fee-soon', station([evse({ state: 'suspendedByCar', token: card, transaction: { ...session, idleFee: { fromMs: NOW_MS + 12 * MINUTE_MS, hourPrice: 6 } } })])],
  ['idle-fee-runs', station([evse({ state: 'suspendedByCar', token: card, transaction: { ...session, idleFee: { fromMs: NOW_MS - 12 * MINUTE_MS, hourPrice: 6 } } })])],
  ['paused-station-until', station([evse({ state: 'suspendedByStation', token: card, limitW: 0, limitReason: 'profile', limitUntilMs: NOW_MS + 28 * MINUTE_MS, transaction: session })])],
  ['finished-plugged', station([evse({ state: 'finished', summary, connectors: plugged })])],
  ['finished-signed', station([evse({ state: 'finished', connectors: plugged, summary: { ...summary, signedText: SIGNED, costText: spoken('€9.87 energy, €1.00 parking, VAT included') } })])],
  ['signed', station([evse({ state: 'finished', connectors: plugged, summary: { ...summary, signedText: SIGNED } })]), { panel: 'signed' }],
  ['finished-hidden', station([evse({ state: 'finished', receiptHidden: true, connectors: plugged })])],
  ['finished-fee', station([evse({ state: 'finished', connectors: plugged, summary: { ...summary, idleFee: { fromMs: NOW_MS + 3 * MINUTE_MS, hourPrice: 6 } } })])],
  ['two-finished-offline', station([evse({ state: 'finished', connectors: plugged, summary: { ...summary, cost: null, costSoFar: 10.87, costText: spoken('No network: what you pay follows by mail.') } }), evse({ state: 'finished', summary: { ...summary, cost: null } }, 2)], { csms: offline })],
  ['reserved-for', station([evse({ state: 'reserved', reservedUntilMs: NOW_MS + 200 * MINUTE_MS, reservedFor: '••4821' }), evse({}, 2)])],
  ['fault-lock', station([evse({ state: 'faulted', fault: { code: 'ConnectorLockFailure', info: null } }), evse({}, 2)])],
  ['fault-both', station([evse({ state: 'faulted', fault: { code: 'PowerMeterFailure', info: null } }), evse({ state: 'unavailable' }, 2)])],
  ['booting', station([evse({})], { csms: { ...station([]).csms, boot: 'Pending' } })],
  ['rejected', station([evse({ state: 'unavailable' })], { csms: { ...station([]).csms, boot: 'Rejected' } })],
  ['pending-reset', station([charging], { pendingReset: true })],
  ['master-pass', station([charging, { ...charging, id: 2}], { masterPass: { evseIds: [1, 2], untilMs: NOW_MS + 52_000 } })],
  ['two-idle', station([evse({}), evse({ maxPowerW: 11_040 }, 2)])],
  ['two-plug-in', station([evse({ state: 'plugIn', connectDeadlineMs: NOW_MS + 48_000 }), evse({ state: 'plugIn', connectDeadlineMs: NOW_MS + 31_000 }, 2)])],
  ['three', station([charging, evse({}, 2), evse({ state: 'suspendedByCar', transaction: session }, 3)])],
  ['four', station([charging, evse({}, 2), evse({ state: 'finished', summary, connectors: plugged }, 3), evse({ state: 'reserved', reservedUntilMs: NOW_MS + 200 * MINUTE_MS }, 4)])],
];

export const STORIES: readonly Story[] = told.map(([name, snapshot, more]) => ({
  name, snapshot, nowMs: NOW_MS, ...(typeof more === 'string' ? { failure: more } : more === undefined ? {} : { begin: more }),
}));
