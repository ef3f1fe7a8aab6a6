/** What the sandbox answers to a 2.0.1 station. Payloads have passed the schema before they get here. */
import { CallFault } from '../../ocpp/rpc/call-fault.ts';
import type { Books, EventKind, TransactionRecord } from './books.ts';
import { energyWh } from './books.ts';
import type { MeterValue } from './meter-values.ts';
import { importRegisterWh } from './meter-values.ts';
import type { SandboxSettings } from './settings.ts';
import type { StationRecord } from './station-record.ts';
import type { TokenList } from './tokens.ts';

export interface Desk {
  readonly settings: SandboxSettings;
  readonly tokens: TokenList;
  readonly books: Books;
}

interface IdToken { readonly idToken: string; readonly type: string }

interface BootNotification {
  readonly reason: string;
  readonly chargingStation: { readonly vendorName: string; readonly model: string; readonly firmwareVersion?: string };
}

interface StatusNotification { readonly evseId: number; readonly connectorId: number; readonly connectorStatus: string }

interface TransactionEvent {
  readonly eventType: EventKind;
  readonly timestamp: string;
  readonly triggerReason: string;
  readonly seqNo: number;
  readonly offline?: boolean;
  readonly transactionInfo: { readonly transactionId: string; readonly chargingState?: string; readonly stoppedReason?: string };
  readonly evse?: { readonly id: number; readonly connectorId?: number };
  readonly idToken?: IdToken;
  readonly meterValue?: readonly MeterValue[];
}

/** Notifications that need no more than their receipt. */
const RECEIPT_ONLY = new Set([
  'MeterValues', 'NotifyReport', 'NotifyEvent', 'NotifyMonitoringReport', 'NotifyCustomerInformation', 'NotifyDisplayMessages',
  'NotifyChargingLimit', 'ClearedChargingLimit', 'ReportChargingProfiles', 'ReservationStatusUpdate', 'FirmwareStatusNotification',
  'PublishFirmwareStatusNotification', 'LogStatusNotification', 'SecurityEventNotification',
]);

export function answerV201(desk: Desk, station: StationRecord, action: string, payload: object): object {
  if (RECEIPT_ONLY.has(action)) return {};
  switch (action) {
    case 'BootNotification': {
      const { reason, chargingStation } = payload as BootNotification;
      station.boot = { vendor: chargingStation.vendorName, model: chargingStation.model, reason, firmware: chargingStation.firmwareVersion ?? null };
      station.boots++;
      return { currentTime: new Date().toISOString(), interval: desk.settings.intervalS, status: desk.settings.bootStatus };
    }
    case 'Heartbeat':
      return { currentTime: new Date().toISOString() };
    case 'StatusNotification': {
      const { evseId, connectorId, connectorStatus } = payload as StatusNotification;
      station.connectors.set(`${evseId}.${connectorId}`, connectorStatus);
      return {};
    }
    case 'Authorize':
      return { idTokenInfo: idTokenInfo(desk.tokens, (payload as { readonly idToken: IdToken }).idToken) };
    case 'TransactionEvent':
      return enterEvent(desk, station, payload as TransactionEvent);
    case 'DataTransfer':
      return { status: 'UnknownVendorId' };
    default:
      throw new CallFault('NotSupported', `the sandbox doesn't serve ${action}`);
  }
}

function idTokenInfo(tokens: TokenList, { idToken, type }: IdToken): object {
  if (type === 'NoAuthorization') return { status: 'Accepted' };
  const known = tokens.find(idToken);
  if (known === undefined) return { status: 'Unknown' };
  return { status: known.status, ...(known.groupId === null ? {} : { groupIdToken: { idToken: known.groupId, type: 'Central' } }) };
}

function enterEvent(desk: Desk, station: StationRecord, event: TransactionEvent): object {
  const record = desk.books.open(station.id, event.transactionInfo.transactionId, 'ocpp2.0.1');
  const isNew = desk.books.enter(record, {
    kind: event.eventType,
    seqNo: event.seqNo,
    triggerReason: event.triggerReason,
    timestamp: event.timestamp,
    offline: event.offline ?? false,
    registerWh: importRegisterWh(event.meterValue),
    payload: event,
  });
  if (isNew) {
    record.evseId ??= event.evse?.id ?? null;
    record.idToken ??= event.idToken?.idToken ?? null;
    record.chargingState = event.transactionInfo.chargingState ?? record.chargingState;
    record.stoppedReason = event.transactionInfo.stoppedReason ?? record.stoppedReason;
  }
  return {
    ...(event.eventType === 'Started' ? {} : { totalCost: costOf(desk, record) }),
    ...(event.idToken === undefined ? {} : { idTokenInfo: idTokenInfo(desk.tokens, event.idToken) }),
  };
}

/** @returns price of the energy so far, rounded to cents */
export function costOf({ settings }: Pick<Desk, 'settings'>, record: TransactionRecord): number {
  return Math.round(energyWh(record) * settings.pricePerKwh / 10) / 100;
}
