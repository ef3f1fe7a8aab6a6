/** How much this station takes of charging profiles. */

/** MaxChargingProfilesInstalled, SmartChargingCtrlr.Entries[ChargingProfiles] maxLimit. */
export const MAX_PROFILES = 100;
/** Highest stackLevel. */
export const MAX_STACK_LEVEL = 99;
/** Periods of one schedule. */
export const MAX_PERIODS = 1024;
