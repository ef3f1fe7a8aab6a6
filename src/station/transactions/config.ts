/** What the transaction machine is configured by, read from the device model at the moment of each step. */
import type { Settings } from '../device-model/types.ts';
import type { TxStartPoint, TxStopPoint } from '../types.ts';

export interface TxConfig {
  readonly startPoints: readonly TxStartPoint[];
  readonly stopPoints: readonly TxStopPoint[];
  readonly connectTimeoutMs: number;
  /** How long a car that is plugged in waits for a card (1.6 section 4.9 B6); null: for ever. */
  readonly cardTimeoutMs: number | null;
  readonly stopOnInvalidId: boolean;
  /** Wh; null: not configured. */
  readonly maxEnergyOnInvalidIdWh: number | null;
  readonly stopOnEvSideDisconnect: boolean;
  readonly unlockOnEvSideDisconnect: boolean;
  /** Sampled values are signed by the meter (SampledDataCtrlr.SignReadings). */
  readonly signsReadings: boolean;
  /** 1.6: the values for the end follow the intervals of the running ones (section 3.16), begin and end tell all of them (errata 3.14). */
  readonly sharedIntervals: boolean;
}

/**
 * 1.6 has no start and stop points: a transaction is the time in which energy can flow (authorized and plugged in), and
 * StopTransactionOnEVSideDisconnect decides whether pulling the plug ends it.
 */
export function readTxConfig(settings: Settings, edition: string): TxConfig {
  const stopOnEvSideDisconnect = settings.boolean('TxCtrlr.StopTxOnEVSideDisconnect', true);
  const maxEnergyWh = settings.number('TxCtrlr.MaxEnergyOnInvalidId', 0);
  const connectTimeoutMs = settings.number('TxCtrlr.EVConnectionTimeOut', 60) * 1000;
  const points = edition === 'ocpp1.6'
    ? {
        startPoints: ['PowerPathClosed'] as const,
        stopPoints: stopOnEvSideDisconnect ? (['EVConnected', 'Authorized'] as const) : (['Authorized'] as const),
      }
    : {
        startPoints: settings.list('TxCtrlr.TxStartPoint') as readonly TxStartPoint[],
        stopPoints: settings.list('TxCtrlr.TxStopPoint') as readonly TxStopPoint[],
      };
  return {
    ...points,
    connectTimeoutMs,
    cardTimeoutMs: edition === 'ocpp1.6' && connectTimeoutMs > 0 ? connectTimeoutMs : null,
    stopOnInvalidId: settings.boolean('TxCtrlr.StopTxOnInvalidId', true),
    maxEnergyOnInvalidIdWh: maxEnergyWh > 0 ? maxEnergyWh : null,
    stopOnEvSideDisconnect,
    sharedIntervals: edition === 'ocpp1.6',
    signsReadings: settings.boolean('SampledDataCtrlr.SignReadings', false),
    unlockOnEvSideDisconnect: settings.boolean('OCPPCommCtrlr.UnlockOnEVSideDisconnect', true),
  };
}
