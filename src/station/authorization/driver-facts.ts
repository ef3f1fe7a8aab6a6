/** What the CSMS's decision tells for the driver's eyes (I01, C01.FR.08 to FR.13). */
import type { Wording } from '../../base/language.ts';
import { displayText } from '../../base/safe-text.ts';
import type { IdTokenInfo } from '../types.ts';

export interface DriverFacts {
  /** Plain text, whatever format it came in; null: nothing was told. */
  readonly personalMessage: Wording | null;
  /** Languages that the driver prefers, best first. */
  readonly languages: readonly string[];
}

export function driverFacts({ personalMessage, language1, language2 }: IdTokenInfo): DriverFacts {
  return {
    personalMessage: personalMessage === undefined ? null : wordingOf(personalMessage),
    languages: [language1, language2].filter((language) => language !== undefined),
  };
}

export function wordingOf({ content, format, language, extra = [] }: NonNullable<IdTokenInfo['personalMessage']>): Wording {
  return [{ language: language ?? null, text: displayText(format, content) }, ...extra];
}
