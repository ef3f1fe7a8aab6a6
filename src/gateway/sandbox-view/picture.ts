import { energyWh } from '../sandbox-csms/books.ts';
import type { SandboxCsms } from '../sandbox-csms/sandbox-csms.ts';

const FRAMES_AT_ONCE = 300;

/** What the view draws: everything but the frames, of which only those after `afterFrameId`. Plain data. */
export function picture(csms: SandboxCsms, afterFrameId: number): object {
  const { transactions, problems } = csms.books();
  return {
    running: csms.running,
    startsAtMs: csms.startsAtMs,
    pricePerKwh: csms.settings.pricePerKwh,
    currency: csms.settings.currency,
    tokens: csms.tokens.list(),
    problems,
    stations: csms.stations().map((station) => ({
      id: station.id,
      online: station.connection !== null,
      edition: station.edition,
      boot: station.boot,
      boots: station.boots,
      lastSeenMs: station.lastSeenMs,
      connectors: [...station.connectors].map(([name, status]) => ({ name, status })),
    })),
    transactions: transactions.map((record) => ({
      stationId: record.stationId,
      id: record.id,
      edition: record.edition,
      evseId: record.evseId,
      idToken: record.idToken,
      chargingState: record.chargingState,
      startedAt: record.startedAt,
      endedAt: record.endedAt,
      stoppedReason: record.stoppedReason,
      energyWh: energyWh(record),
      cost: csms.cost(record),
      messages: record.messages.length,
      duplicates: record.duplicates,
    })),
    frames: csms.frames(afterFrameId).slice(-FRAMES_AT_ONCE),
  };
}
