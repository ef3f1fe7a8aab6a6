/** Which of a meter's signatures go to the CSMS, and with which of them its key (J01.FR.21, J02.FR.21; signed meter values 4.3). */
import type { SignedReading } from '../../hardware/charger.ts';
import type { Settings } from '../device-model/types.ts';
import type { MeasurandSet } from '../transactions/context.ts';

/** Switches that must all be on. `idle`: clock-aligned outside of a transaction. */
const SWITCHES: Readonly<Record<MeasurandSet | 'idle', readonly string[]>> = {
  started: ['SampledDataCtrlr.SignReadings', 'SampledDataCtrlr.SignStartedReadings'],
  updated: ['SampledDataCtrlr.SignReadings', 'SampledDataCtrlr.SignUpdatedReadings'],
  ended: ['SampledDataCtrlr.SignReadings'],
  aligned: ['AlignedDataCtrlr.SignReadings', 'AlignedDataCtrlr.SignUpdatedReadings'],
  alignedEnded: ['AlignedDataCtrlr.SignReadings'],
  idle: ['AlignedDataCtrlr.SignReadings'],
};

/**
 * What to send of a signature in a value of this set; null: none.
 * @param keyTold the transaction's earlier values carried the key already
 */
export function signatureFor(set: MeasurandSet | 'idle', signed: SignedReading | undefined, settings: Settings, keyTold: boolean): SignedReading | null {
  if (signed === undefined || !SWITCHES[set].every((name) => settings.boolean(name, false))) return null;
  const when = settings.string('OCPPCommCtrlr.PublicKeyWithSignedMeterValue', 'Never');
  const withKey = when === 'EveryMeterValue' || (when === 'OncePerTransaction' && !keyTold);
  return withKey ? signed : { ...signed, publicKey: '' };
}
