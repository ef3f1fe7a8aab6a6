/** What the sandbox answers to a 1.6 station. Payloads have passed the schema before they get here. */
import { CallFault } from '../../ocpp/rpc/call-fault.ts';
import type { Desk } from './answers-v201.ts';
import type { TransactionRecord } from './books.ts';
import type { MeterValue } from './meter-values.ts';
import { importRegisterWh } from './meter-values.ts';
import type { StationRecord } from './station-record.ts';
import type { TokenList } from './tokens.ts';

interface BootNotification { readonly chargePointVendor: string; readonly chargePointModel: string; readonly firmwareVersion?: string }
interface StatusNotification { readonly connectorId: number; readonly status: string }
interface StartTransaction { readonly connectorId: number; readonly idTag: string; readonly meterStart: number; readonly timestamp: string }
interface StopTransaction { readonly transactionId: number; readonly idTag?: string; readonly meterStop: number; readonly timestamp: string; readonly reason?: string }
interface MeterValues { readonly connectorId: number; readonly transactionId?: number; readonly meterValue: readonly MeterValue[] }

const RECEIPT_ONLY = new Set([
  'DiagnosticsStatusNotification', 'FirmwareStatusNotification', 'LogStatusNotification', 'SecurityEventNotification',
  'SignedFirmwareStatusNotification',
]);

/** Numbers that no earlier run of this program gave out: its books are in memory, a station's are not. */
let lastTransactionId = Math.floor(Date.now() / 1000) % 1_000_000_000;

export function answerV16(desk: Desk, station: StationRecord, action: string, payload: object): object {
  if (RECEIPT_ONLY.has(action)) return {};
  switch (action) {
    case 'BootNotification': {
      const boot = payload as BootNotification;
      station.boot = { vendor: boot.chargePointVendor, model: boot.chargePointModel, reason: null, firmware: boot.firmwareVersion ?? null };
      station.boots++;
      return { currentTime: new Date().toISOString(), interval: desk.settings.intervalS, status: desk.settings.bootStatus };
    }
    case 'Heartbeat':
      return { currentTime: new Date().toISOString() };
    case 'StatusNotification': {
      const { connectorId, status } = payload as StatusNotification;
      station.connectors.set(String(connectorId), status);
      return {};
    }
    case 'Authorize':
      return { idTagInfo: idTagInfo(desk.tokens, (payload as { readonly idTag: string }).idTag) };
    case 'StartTransaction':
      return start(desk, station, payload as StartTransaction);
    case 'MeterValues':
      return meter(desk, station, payload as MeterValues);
    case 'StopTransaction':
      return stop(desk, station, payload as StopTransaction);
    case 'DataTransfer':
      return { status: 'UnknownVendorId' };
    default:
      throw new CallFault('NotSupported', `the sandbox doesn't serve ${action}`);
  }
}

function idTagInfo(tokens: TokenList, idTag: string): object {
  const known = tokens.find(idTag);
  if (known === undefined) return { status: 'Invalid' };
  return { status: known.status, ...(known.groupId === null ? {} : { parentIdTag: known.groupId }) };
}

/** A StartTransaction has no identity but its content: the same content again is a copy and gets the same id. */
function start(desk: Desk, station: StationRecord, request: StartTransaction): object {
  const isCopy = (record: TransactionRecord): boolean => {
    const first = record.messages[0]?.payload as Partial<StartTransaction> | undefined;
    return record.stationId === station.id && record.edition === 'ocpp1.6' && first?.connectorId === request.connectorId
      && first.timestamp === request.timestamp && first.idTag === request.idTag && first.meterStart === request.meterStart;
  };
  const record = desk.books.transactions().find(isCopy) ?? desk.books.open(station.id, String(++lastTransactionId), 'ocpp1.6');
  desk.books.enter(record, {
    kind: 'Started', seqNo: null, triggerReason: null, timestamp: request.timestamp, offline: false,
    registerWh: request.meterStart, payload: request,
  });
  record.evseId = request.connectorId;
  record.idToken = request.idTag;
  return { transactionId: Number(record.id), idTagInfo: idTagInfo(desk.tokens, request.idTag) };
}

function meter(desk: Desk, station: StationRecord, request: MeterValues): object {
  if (request.transactionId === undefined) return {};
  const record = desk.books.open(station.id, String(request.transactionId), 'ocpp1.6');
  desk.books.enter(record, {
    kind: 'Updated', seqNo: null, triggerReason: null, timestamp: request.meterValue[0]?.timestamp ?? '', offline: false,
    registerWh: importRegisterWh(request.meterValue), payload: request,
  });
  return {};
}

function stop(desk: Desk, station: StationRecord, request: StopTransaction): object {
  const record = desk.books.open(station.id, String(request.transactionId), 'ocpp1.6');
  desk.books.enter(record, {
    kind: 'Ended', seqNo: null, triggerReason: null, timestamp: request.timestamp, offline: false,
    registerWh: request.meterStop, payload: request,
  });
  record.stoppedReason ??= request.reason ?? 'Local';
  return request.idTag === undefined ? {} : { idTagInfo: idTagInfo(desk.tokens, request.idTag) };
}
