/**
 * Code that not every station needs, loaded by those that do. Where time is virtual it must be at hand already: a chunk
 * loads on the machine's time.
 */
import { loadEdition, type LoadEdition } from '../csms/editions.ts';
import type { LoadSimulated } from '../hardware/chargers.ts';

export interface Loaders {
  readonly edition: LoadEdition;
  readonly simulated: LoadSimulated;
}

export const LAZY: Loaders = {
  edition: loadEdition,
  simulated: () => import('../hardware/drivers/simulated/simulated-charger.ts'),
};
