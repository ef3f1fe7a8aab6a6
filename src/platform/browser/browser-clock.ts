import { SystemClock } from '../system-clock.ts';

/**
 * The browser's clock. A dedicated worker's timers aren't throttled in a hidden tab, but a frozen tab stops them:
 * see `watchClockGaps`.
 */
export class BrowserClock extends SystemClock {}
