/** B09.FR.06 asks for two configuration slots at least. */
export const PROFILE_SLOTS = ['1', '2', '3'] as const;
/** The machine has one way to the network, whatever it is made of: a second one of either kind can't be picked. */
export const INTERFACES = ['Wired0', 'Wireless0'] as const;
