/**
 * Transactions in 1.6's words (sections 4.8, 4.10; errata 3.14 to 3.18): from the same events that 2.x reports come
 * StartTransaction when authorization and cable are both there, MeterValues, and StopTransaction.
 */
import type { MeterValuesRequest, StartTransactionRequest, StartTransactionResponse, StopTransactionRequest, StopTransactionResponse } from '../../ocpp/v16/index.ts';
import type { BridgeContext } from '../../csms/edition.ts';
import type { DeliveryAnswer } from '../../station/csms-port.ts';
import type { MeterValuesReport, TransactionEventReport } from '../../station/reports.ts';
import { toConnectorId } from './connectors.ts';
import { fromIdTagInfo, wireMeterValue, wireTime, type IdTagInfo } from './wire.ts';

/** For a StartTransaction that never got its answer (errata 3.18). */
const UNCONFIRMED = -1;

const idKey = (transactionId: string): string => `v16.id.${transactionId}`;
const triedKey = (transactionId: string): string => `v16.tried.${transactionId}`;
const ownKey = (numericId: number): string => `v16.tx.${numericId}`;

/** Our transaction behind a numeric id of the CSMS. */
export function ownTransactionId({ memory }: BridgeContext, numericId: number): string | undefined {
  return memory.get(ownKey(numericId));
}

export function numericTransactionId({ memory }: BridgeContext, transactionId: string): number | undefined {
  const id = memory.get(idKey(transactionId));
  return id === undefined ? undefined : Number(id);
}

export async function deliverTransactionEvent(context: BridgeContext, report: TransactionEventReport): Promise<DeliveryAnswer> {
  const { memory } = context;
  const known = memory.get(idKey(report.transactionId)) !== undefined;
  const tried = memory.get(triedKey(report.transactionId)) !== undefined;
  // The event at which energy can flow; or, if that was told in another edition, the first that names token and connector.
  const starts = !known && (report.powerPathClosed || !tried) && report.activeIdToken !== null && report.connectorId !== null;
  let answer: DeliveryAnswer = {};
  if (starts) answer = await startTransaction(context, report);
  if (report.eventType === 'Ended') {
    const started = starts || known || tried;
    return started ? { ...answer, ...(await stopTransaction(context, report)) } : {}; // never authorised and plugged: nothing to tell
  }
  const values = (report.meterValues ?? []).filter((value) => value.sampledValues.some((sample) => sample.context !== 'Transaction.Begin'));
  if (values.length > 0 && (known || tried)) {
    await context.call('MeterValues', {
      connectorId: toConnectorId(context.station, report.evseId, report.connectorId),
      transactionId: numericTransactionId(context, report.transactionId) ?? UNCONFIRMED,
      meterValue: values.map(wireMeterValue),
    } satisfies MeterValuesRequest);
  }
  return answer;
}

async function startTransaction(context: BridgeContext, report: TransactionEventReport): Promise<DeliveryAnswer> {
  const { memory, call, station } = context;
  await memory.set(triedKey(report.transactionId), '1');
  const request: StartTransactionRequest = {
    connectorId: toConnectorId(station, report.evseId, report.connectorId),
    idTag: report.activeIdToken?.value ?? '',
    meterStart: report.registerWh,
    timestamp: wireTime(report.timestamp),
    ...(report.reservationId === undefined ? {} : { reservationId: report.reservationId }),
  };
  const { transactionId, idTagInfo } = (await call('StartTransaction', request)) as StartTransactionResponse;
  await memory.set(idKey(report.transactionId), String(transactionId));
  await memory.set(ownKey(transactionId), report.transactionId);
  return { idTokenInfo: fromIdTagInfo(idTagInfo as IdTagInfo) };
}

async function stopTransaction(context: BridgeContext, report: TransactionEventReport): Promise<DeliveryAnswer> {
  const { memory, call } = context;
  const numericId = numericTransactionId(context, report.transactionId) ?? UNCONFIRMED;
  const data = (report.meterValues ?? []).map(wireMeterValue);
  const request = {
    transactionId: numericId,
    timestamp: wireTime(report.timestamp),
    meterStop: report.registerWh,
    reason: stopReason(report),
    ...(report.idToken === undefined ? {} : { idTag: report.idToken.value }),
    ...(data.length === 0 ? {} : { transactionData: data }),
  } as StopTransactionRequest;
  const { idTagInfo } = (await call('StopTransaction', request)) as StopTransactionResponse;
  await memory.set(ownKey(numericId), undefined);
  await memory.set(idKey(report.transactionId), undefined);
  await memory.set(triedKey(report.transactionId), undefined);
  return idTagInfo === undefined ? {} : { idTokenInfo: fromIdTagInfo(idTagInfo as IdTagInfo) };
}

/** Section 7.36. */
function stopReason({ stoppedReason, triggerReason }: TransactionEventReport): NonNullable<StopTransactionRequest['reason']> {
  if (triggerReason === 'UnlockCommand') return 'UnlockCommand';
  switch (stoppedReason) {
    case 'DeAuthorized': case 'EmergencyStop': case 'EVDisconnected': case 'PowerLoss': case 'Remote': return stoppedReason;
    case 'Local': case 'MasterPass': case undefined: return 'Local';
    case 'ImmediateReset': return 'HardReset';
    case 'Reboot': return 'SoftReset';
    default: return 'Other';
  }
}

/** Values outside a transaction, or asked for by TriggerMessage. */
export async function deliverMeterValues(context: BridgeContext, report: MeterValuesReport): Promise<DeliveryAnswer> {
  const numericId = report.transactionId === null ? undefined : (numericTransactionId(context, report.transactionId) ?? UNCONFIRMED);
  await context.call('MeterValues', {
    connectorId: report.evseId === 0 ? 0 : toConnectorId(context.station, report.evseId, report.connectorId),
    ...(numericId === undefined ? {} : { transactionId: numericId }),
    meterValue: report.meterValues.map(wireMeterValue),
  } satisfies MeterValuesRequest);
  return {};
}
