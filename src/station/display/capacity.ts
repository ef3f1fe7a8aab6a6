/** What this station's screen can keep and show; DisplayMessageCtrlr tells the CSMS. */
export const MESSAGE_CAPACITY = 100;
/** Messages in one NotifyDisplayMessages. */
export const MESSAGES_PER_NOTIFICATION = 20;
export const FORMATS = ['ASCII', 'HTML', 'URI', 'UTF8'] as const;
export const PRIORITIES = ['AlwaysFront', 'InFront', 'NormalCycle'] as const;
export const STATES = ['Charging', 'Faulted', 'Idle', 'Unavailable'] as const;
