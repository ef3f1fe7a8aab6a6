/** The picture while no station runs: before set-up, and between two runs. */
import { SNAPSHOT_VERSION, type StationSnapshot } from '../link/snapshot.ts';

type Known = Pick<StationSnapshot['station'], 'identity' | 'model' | 'firmware' | 'hardware'> & { readonly vendor: string; readonly csmsUrl: string; readonly currency: string };

export function emptySnapshot({ csmsUrl, currency, ...station }: Known, revision: number, books?: Omit<StationSnapshot['books'], 'queued' | 'parked'>): StationSnapshot {
  return {
    version: SNAPSHOT_VERSION, revision, nowMs: null,
    station: { ...station, refusal: null },
    csms: {
      url: csmsUrl, link: 'disconnected', edition: null, boot: null, offlineSinceMs: null, explanation: null, nextAttemptInMs: null,
      lastHeartbeatMs: null, clockOffsetMs: null,
    },
    evses: [], authorization: null, masterPass: null, readers: [], startButton: false, pinPad: null,
    display: { helpLine: null, operatorUrl: null, diagonalIn: null, restAfterS: null },
    books: { queued: 0, parked: 0, ...(books ?? { usedBytes: 0, quotaBytes: null, persisted: null, warning: null }) },
    tariff: { wording: null, currency }, utcOffsetMin: null, language: 'en', messages: [], pendingReset: false, updating: false,
  };
}
