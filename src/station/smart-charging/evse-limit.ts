/** What smart charging leaves to an EVSE now. */
export interface EvseLimit {
  /** Per phase, A. */
  readonly currentA: number;
  /** Energy is withheld: less than a car can use, and not only until others have come down. */
  readonly withheld: boolean;
  /** Grid phases to use; null: all. */
  readonly phases: PhaseChoice | null;
  readonly reason: 'profile' | 'site' | null;
  /** Wall ms at which its own limit rises; null: not known. */
  readonly untilMs: number | null;
}
export interface PhaseChoice { readonly count: number; readonly phaseToUse: number | null }
