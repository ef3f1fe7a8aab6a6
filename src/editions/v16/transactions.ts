/**
 * Transactions in 1.6's words (sections 4.8, 4.10; errata 3.14 to 3.18): from the same events that 2.x reports come
 * StartTransaction when authorization and cable are both there, MeterValues, and StopTransaction.
 */
import type { MeterValuesRequest, StartTransactionRequest, StartTransactionResponse, StopTransactionRequest, StopTransactionResponse } from '../../ocpp/v16/index.ts';
import type { BridgeContext } from '../../csms/edition.ts';
import { CsmsError, type DeliveryAnswer } from '../../station/csms-port.ts';
import type { ConnectorUnpluggedReport, MeterValuesReport, TransactionEventReport } from '../../station/reports.ts';
import { COST_VENDOR } from '../../station/tariff-cost/cost-messages.ts';
import { toConnectorId } from './connectors.ts';
import { fromIdTagInfo, idTagOf, wireMeterValues, wireTime, type IdTagInfo } from './wire.ts';

/** For a StartTransaction that never got its answer (errata 3.18). */
const UNCONFIRMED = -1;

const idKey = (transactionId: string): string => `v16.id.${transactionId}`;
/** Sequence number of the event that StartTransaction was rendered from; `WAITING` while there was none. */
const startKey = (transactionId: string): string => `v16.start.${transactionId}`;
const ownKey = (numericId: number): string => `v16.tx.${numericId}`;
const WAITING = 'waiting';
const START_TXN_SAMPLED_DATA = { component: { name: 'Kerbside' }, variable: { name: 'StartTxnSampledData' } };
/** `<number> <own id>` of the last transaction of an EVSE, for what comes after its end. */
const lastKey = (evseId: number): string => `v16.last.${evseId}`;

/** Our transaction behind a numeric id of the CSMS. */
export function ownTransactionId({ memory }: BridgeContext, numericId: number): string | undefined {
  return memory.get(ownKey(numericId));
}

/** The running transactions, and the last one of each EVSE: FinalCost comes after the end. */
export function recentTransactionId(context: BridgeContext, numericId: number): string | undefined {
  const last = context.station.evses.map(({ id }) => context.memory.get(lastKey(id))?.split(' ')).find((note) => note?.[0] === String(numericId));
  return ownTransactionId(context, numericId) ?? last?.[1];
}

/** California pricing 3.4.3. A transaction that never got a number can't be named. */
export async function tellUnplugged({ call, memory }: BridgeContext, { evseId, transactionId, timestamp }: ConnectorUnpluggedReport): Promise<DeliveryAnswer> {
  const [numericId, own] = memory.get(lastKey(evseId))?.split(' ') ?? [];
  if (own !== transactionId || numericId === undefined || Number(numericId) === UNCONFIRMED) return {};
  await call('DataTransfer', {
    vendorId: COST_VENDOR, messageId: 'ConnectorUnplugged', data: JSON.stringify({ transactionId: Number(numericId), timestamp: wireTime(timestamp) }),
  });
  return {};
}

export function numericTransactionId({ memory }: BridgeContext, transactionId: string): number | undefined {
  const id = memory.get(idKey(transactionId));
  return id === undefined ? undefined : Number(id);
}

export async function deliverTransactionEvent(context: BridgeContext, report: TransactionEventReport): Promise<DeliveryAnswer> {
  const { memory } = context;
  const mark = memory.get(startKey(report.transactionId));
  const known = memory.get(idKey(report.transactionId)) !== undefined;
  const starts = !known && startsHere(report, mark);
  const started = known || starts || (mark !== undefined && mark !== WAITING);
  const answer = starts ? await startTransaction(context, report) : {};

  if (report.eventType === 'Ended') {
    if (started) return { ...answer, ...(await stopTransaction(context, report)) };
    if (mark !== undefined) await memory.set(startKey(report.transactionId), undefined);
    return {}; // never authorised and plugged: nothing to tell
  }
  if (!started) {
    if (mark === undefined) await memory.set(startKey(report.transactionId), WAITING);
    return {};
  }
  // What held at the beginning is meterStart, unless its values are wanted too (signed meter values 3.3.4).
  const tellsBegin = (context.station.deviceModel.get(START_TXN_SAMPLED_DATA).value ?? '') !== '';
  const values = wireMeterValues((report.meterValues ?? []).filter((value) => tellsBegin || value.sampledValues.some((sample) => sample.context !== 'Transaction.Begin')));
  if (values.length > 0) {
    await context.call('MeterValues', {
      connectorId: toConnectorId(context.station, report.evseId, report.connectorId),
      transactionId: numericTransactionId(context, report.transactionId) ?? UNCONFIRMED,
      meterValue: values,
    } satisfies MeterValuesRequest);
  }
  return answer;
}

/**
 * Section 4.8: a transaction starts when energy can flow. One whose earlier events were told in another edition starts,
 * for this CSMS, with the first event that names token and connector.
 */
function startsHere(report: TransactionEventReport, mark: string | undefined): boolean {
  if (report.activeIdToken === null || report.connectorId === null) return false;
  if (mark === String(report.seqNo)) return true; // the same event again, after a lost answer
  if (mark !== undefined && mark !== WAITING) return false;
  return report.powerPathClosed || (mark === undefined && report.eventType !== 'Ended');
}

/** @throws CsmsError `notSupported` for a token that 1.6 can't carry */
async function startTransaction(context: BridgeContext, report: TransactionEventReport): Promise<DeliveryAnswer> {
  const { memory, call, station } = context;
  const idTag = report.activeIdToken === null ? null : idTagOf(report.activeIdToken, context.hide);
  await memory.set(startKey(report.transactionId), String(report.seqNo));
  if (idTag === null) throw new CsmsError('notSupported', 'a token of more than 20 characters can\'t start a 1.6 transaction');
  const request: StartTransactionRequest = {
    connectorId: toConnectorId(station, report.evseId, report.connectorId),
    idTag,
    meterStart: Math.round(report.registerWh),
    timestamp: wireTime(report.timestamp),
    ...(report.reservationId === undefined ? {} : { reservationId: report.reservationId }),
  };
  const { transactionId, idTagInfo } = (await call('StartTransaction', request)) as StartTransactionResponse;
  // Both at once: the CSMS may speak of it in its very next message.
  await Promise.all([memory.set(idKey(report.transactionId), String(transactionId)), memory.set(ownKey(transactionId), report.transactionId)]);
  return { idTokenInfo: fromIdTagInfo(idTagInfo as IdTagInfo) };
}

async function stopTransaction(context: BridgeContext, report: TransactionEventReport): Promise<DeliveryAnswer> {
  const { memory, call } = context;
  const numericId = numericTransactionId(context, report.transactionId) ?? UNCONFIRMED;
  const idTag = report.idToken === undefined ? null : idTagOf(report.idToken, context.hide);
  const data = wireMeterValues(report.meterValues ?? []);
  const request = {
    transactionId: numericId,
    timestamp: wireTime(report.timestamp),
    meterStop: Math.round(report.registerWh),
    reason: stopReason(report),
    // Only who stopped it: absent when the station or the CSMS did.
    ...(idTag === null ? {} : { idTag }),
    ...(data.length === 0 ? {} : { transactionData: data }),
  } as StopTransactionRequest;
  const { idTagInfo } = (await call('StopTransaction', request)) as StopTransactionResponse;
  // The number last: as long as it is there, a copy after a crash has the same content.
  if (numericId !== UNCONFIRMED) await memory.set(lastKey(report.evseId), `${numericId} ${report.transactionId}`);
  await memory.set(ownKey(numericId), undefined);
  await memory.set(startKey(report.transactionId), undefined);
  await memory.set(idKey(report.transactionId), undefined);
  return idTagInfo === undefined ? {} : { idTokenInfo: fromIdTagInfo(idTagInfo as IdTagInfo) };
}

/** Section 7.36. */
function stopReason({ stoppedReason, triggerReason }: TransactionEventReport): NonNullable<StopTransactionRequest['reason']> {
  if (triggerReason === 'UnlockCommand') return 'UnlockCommand';
  // A Soft Reset has no reason of its own in 2.x; a reboot is one that nobody asked for over the wire.
  if (triggerReason === 'ResetCommand' && stoppedReason === 'Other') return 'SoftReset';
  switch (stoppedReason) {
    case 'DeAuthorized': case 'EmergencyStop': case 'EVDisconnected': case 'PowerLoss': case 'Reboot': case 'Remote': return stoppedReason;
    case 'Local': case 'MasterPass': case undefined: return 'Local';
    case 'ImmediateReset': return 'HardReset';
    default: return 'Other';
  }
}

/** Values outside a transaction, or asked for by TriggerMessage. */
export async function deliverMeterValues(context: BridgeContext, report: MeterValuesReport): Promise<DeliveryAnswer> {
  const meterValue = wireMeterValues(report.meterValues);
  if (meterValue.length === 0) return {};
  const numericId = report.transactionId === null ? undefined : (numericTransactionId(context, report.transactionId) ?? UNCONFIRMED);
  await context.call('MeterValues', {
    connectorId: report.evseId === 0 ? 0 : toConnectorId(context.station, report.evseId, report.connectorId),
    ...(numericId === undefined ? {} : { transactionId: numericId }),
    meterValue,
  } satisfies MeterValuesRequest);
  return {};
}
