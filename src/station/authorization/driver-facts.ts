/** What the CSMS's decision tells for the driver's eyes (I01, C01.FR.08 to FR.13). */
import { displayText } from '../../base/safe-text.ts';
import type { IdTokenInfo } from '../types.ts';

export interface DriverFacts {
  /** Plain text, whatever format it came in; null: nothing was told. */
  readonly personalMessage: string | null;
  /** Languages that the driver prefers, best first. */
  readonly languages: readonly string[];
}

export function driverFacts({ personalMessage, language1, language2 }: IdTokenInfo): DriverFacts {
  return {
    personalMessage: personalMessage === undefined ? null : displayText(personalMessage.format, personalMessage.content),
    languages: [language1, language2].filter((language) => language !== undefined),
  };
}
