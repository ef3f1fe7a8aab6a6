/** The picture for the screens, from the station and its connection. */
import { maskToken } from '../base/log.ts';
import type { ChargerFacts, ChargerState } from '../hardware/charger.ts';
import type { CsmsView, EvseView, StationSnapshot } from '../link/snapshot.ts';
import { SNAPSHOT_VERSION } from '../link/snapshot.ts';
import type { Evse } from '../station/evse.ts';
import type { Station } from '../station/station.ts';
import { screenOffsetMin } from '../station/screen-time.ts';
import { tariffForEverybody, totalCostForEverybody } from '../station/tariff-cost/fallback.ts';
import type { Summary } from '../station/tariff-cost/summaries.ts';
import type { StationTime } from '../station/time.ts';
import { connectorPhase, connectorStatus } from '../station/transactions/levels.ts';
import type { Transaction } from '../station/transactions/state.ts';
import type { PowerCurves } from './power-curve.ts';
import { driverState } from './driver-state.ts';
import { signedText } from './signed-text.ts';

export interface BooksView {
  readonly usedBytes: number;
  readonly quotaBytes: number | null;
  readonly persisted: boolean | null;
  readonly warning: string | null;
}

export interface SnapshotInput {
  readonly pageReaders: StationSnapshot['readers'];
  readonly revision: number;
  readonly station: Station;
  readonly time: StationTime;
  readonly monotonicMs: number;
  readonly identity: string;
  readonly vendor: string;
  readonly model: string;
  readonly firmware: string;
  readonly hardware: StationSnapshot['station']['hardware'];
  readonly csms: Omit<CsmsView, 'boot' | 'lastHeartbeatMs' | 'clockOffsetMs'>;
  readonly books: BooksView;
  readonly currency: string;
  readonly powerCurves: PowerCurves;
  readonly controllerFacts: (evseId: number) => EvseView['controller']['facts'];
}

export function buildSnapshot(input: SnapshotInput): StationSnapshot {
  const { station, time } = input;
  const settings = station.deviceModel;
  const reader = station.readerView;
  const { choice } = station.authorization.masterPass;
  return {
    version: SNAPSHOT_VERSION,
    revision: input.revision,
    nowMs: Math.round(time.nowMs()),
    station: {
      identity: input.identity, vendor: input.vendor, model: input.model, firmware: input.firmware, hardware: input.hardware,
      refusal: station.evses.find((evse) => evse.hardware?.refusal !== undefined)?.hardware?.refusal ?? null,
    },
    csms: { ...input.csms, boot: station.boot.status, lastHeartbeatMs: station.boot.lastHeartbeatMs, clockOffsetMs: time.offsetMs },
    evses: station.evses.flatMap((evse) => (evse.hardware === null ? [] : [evseView(evse, evse.hardware, input)])),
    authorization: reader === null ? null : {
      state: reader.state, masked: maskToken(reader.token), type: reader.token.type, status: reader.status, evseId: reader.evseId,
    },
    masterPass: choice === null ? null : { evseIds: choice.evseIds, untilMs: Math.round(time.nowMs() + choice.untilMs - input.monotonicMs) },
    readers: input.pageReaders,
    startButton: station.reader.startsWithButton,
    pinPad: pinPadView(input),
    display: displayView(input),
    books: { queued: station.outbox.queued, parked: station.outbox.parked.size, ...input.books },
    tariff: {
      wording: tariffForEverybody(settings, station.boot.acceptedPort !== null),
      currency: settings.string('TariffCostCtrlr.Currency', input.currency),
    },
    utcOffsetMin: screenOffsetMin(settings, time.nowMs()),
    language: settings.string('DisplayMessageCtrlr.Language', 'en'),
    messages: station.display.due(),
    pendingReset: station.reset.pending,
    updating: station.blocks.firmware.updating,
  };
}

function pinPadView({ station, time }: SnapshotInput): StationSnapshot['pinPad'] {
  if (!station.deviceModel.boolean('Kerbside.PinPad', false)) return null;
  const { remainingMs } = station.authorization.pinGuard;
  return { blockedUntilMs: remainingMs === 0 ? null : Math.round(time.nowMs() + remainingMs) };
}

function displayView({ station: { deviceModel }, identity }: SnapshotInput): StationSnapshot['display'] {
  const text = (name: string): string | null => deviceModel.string(name, '') || null;
  return {
    helpLine: text('Kerbside.HelpLine'),
    operatorUrl: text('Kerbside.OperatorUrl')?.replaceAll('{station}', encodeURIComponent(identity)) ?? null,
    diagonalIn: deviceModel.number('Kerbside.ScreenDiagonal', 0) || null,
    restAfterS: deviceModel.number('Kerbside.ScreenRestAfter', 180) || null,
  };
}

function evseView(evse: Evse, hardware: ChargerState, input: SnapshotInput): EvseView {
  const { record, charger: { facts } } = evse;
  const operative = input.station.inService(evse);
  const phases = facts.connectors.map(({ id }) => connectorPhase(record, hardware, id, operative));
  const shown = facts.connectors.findIndex(({ id }) => id === (record.pluggedConnectorId ?? record.transaction?.connectorId));
  const phase = phases[Math.max(0, shown)] ?? 'Unavailable';
  const summary = input.station.summaries.get(evse.id);
  const fault = hardware.faults[0] ?? hardware.connectors.flatMap((connector) => connector.faults)[0] ?? null;
  const token = record.authorization?.idToken ?? record.transaction?.idToken ?? null;
  const connectMs = record.authorization?.connectDeadlineMs ?? null;
  const { phases: phaseChoice, reason: limitReason, untilMs: limitUntilMs } = evse.limit;
  const limitA = evse.limitedCurrentA();
  const reservedFor = record.reserved === null ? null : input.station.reservation.holderAt(evse);
  const limited = limitA < facts.maxCurrentA || phaseChoice !== null;
  return {
    id: evse.id,
    maxPowerW: facts.maxCurrentA * facts.nominalVoltageV * facts.phases,
    phases: facts.phases,
    connectors: facts.connectors.map(({ id, type }) => {
      const own = hardware.connectors.find((connector) => connector.id === id);
      return {
        id, type, status: connectorStatus(record, hardware, id, operative), plugged: own?.plugged ?? false,
        locked: own?.locked ?? false, pilot: own?.pilot ?? 'F',
      };
    }),
    state: driverState({ record, phase, reader: input.station.readerView, hasSummary: summary !== undefined }),
    token: token === null ? null : { masked: maskToken(token), type: token.type },
    tariff: input.station.tariffCost.personalTariff(evse),
    languages: record.authorization?.languages ?? record.transaction?.languages ?? [],
    connectDeadlineMs: connectMs === null || record.pluggedConnectorId !== null ? null
      : Math.round(input.time.nowMs() + connectMs - input.monotonicMs),
    extensionsLeft: record.authorization?.extensionsLeft ?? 0,
    powerW: hardware.meter.powerW,
    meterWh: evse.registerWh,
    limitW: limited ? Math.round(limitA * facts.nominalVoltageV * (phaseChoice?.count ?? facts.phases)) : null,
    limitReason: limited ? (limitReason ?? 'profile') : null,
    limitUntilMs: limited && limitUntilMs !== null ? Math.round(limitUntilMs) : null,
    currentA: hardware.meter.currentA,
    voltageV: hardware.meter.voltageV,
    temperatureC: hardware.meter.temperatureC ?? null,
    socPercent: hardware.meter.socPercent ?? null,
    transaction: record.transaction === null ? null : transactionView(record.transaction, evse, input),
    summary: summary === undefined || summary.hidden ? null : summaryView(summary, evse, input),
    receiptHidden: summary?.hidden === true,
    fault: fault === null ? (hardware.link === 'down' ? { code: 'ControllerUnreachable', info: hardware.linkDetail ?? null } : null)
      : { code: fault.code, info: fault.info ?? null },
    reservedUntilMs: record.authorization === null ? (record.reserved?.untilMs ?? null) : null,
    reservedFor: reservedFor === null || record.authorization !== null ? null : maskToken(reservedFor),
    controller: controllerView(evse.id, hardware, facts, input),
  };
}

function summaryView({ entry, untilMs }: Summary, evse: Evse, { station, time, monotonicMs }: SnapshotInput): NonNullable<EvseView['summary']> {
  return {
    transactionId: entry.transactionId,
    energyWh: entry.endWh - entry.startWh,
    elapsedS: entry.seconds,
    startWh: entry.startWh,
    endWh: entry.endWh,
    cost: entry.cost,
    costSoFar: entry.cost !== null ? null : (station.tariffCost.costOf(evse.id, entry.transactionId) ?? entry.soFar ?? null),
    // I05: who stopped offline is told what to expect instead.
    costText: entry.receipt ?? (entry.cost === null && entry.offline ? totalCostForEverybody(station.deviceModel) : null),
    qrText: entry.qrText ?? null,
    idleFee: station.tariffCost.idleFeeOf(evse.id, entry.transactionId),
    untilMs: Math.round(time.nowMs() + untilMs - monotonicMs),
    signedText: entry.signed === undefined ? null : signedText(entry.signed),
    stoppedReason: entry.stoppedReason,
  };
}

function transactionView(transaction: Transaction, evse: Evse, input: SnapshotInput): EvseView['transaction'] {
  const sameRun = transaction.startedAt.run === input.time.memory.run;
  const elapsedMs = sameRun ? input.monotonicMs - transaction.startedAt.monotonicMs
    : input.time.nowMs() - (transaction.startedAt.wallMs ?? transaction.startedAt.guessMs ?? input.time.nowMs());
  return {
    id: transaction.id,
    chargingState: transaction.chargingState,
    startedMs: input.time.resolve(transaction.startedAt).wallMs,
    elapsedS: Math.max(0, Math.floor(elapsedMs / 1000)),
    energyWh: Math.max(0, evse.registerWh - transaction.startWh),
    seqNo: transaction.seqNo,
    cost: input.station.tariffCost.costOf(evse.id, transaction.id),
    idleFee: input.station.tariffCost.idleFeeOf(evse.id, transaction.id),
    powerCurve: input.powerCurves.of(evse.id, transaction.id),
  };
}

function controllerView(evseId: number, hardware: ChargerState, facts: ChargerFacts, input: SnapshotInput): EvseView['controller'] {
  return {
    link: hardware.link,
    detail: hardware.linkDetail ?? null,
    vendor: facts.vendor,
    model: facts.model,
    firmware: facts.firmware ?? null,
    failsafe: facts.failsafe.sentence,
    refusal: hardware.refusal ?? null,
    contactorClosed: hardware.contactorClosed,
    facts: input.controllerFacts(evseId),
  };
}
