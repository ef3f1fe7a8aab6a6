import { SystemClock } from '../system-clock.ts';

/** Node's clock. */
export class NodeClock extends SystemClock {}
