/** A bug that is put into a copy of the source, to see that the simulation finds it. */
export interface Mutation {
  readonly name: string;
  /** What it would mean, in a few words. */
  readonly bug: string;
  readonly file: string;
  /** Must occur exactly once; one that doesn't fails loudly. */
  readonly search: string;
  readonly replace: string;
  /** It shows only there. */
  readonly edition?: 'ocpp2.0.1' | 'ocpp1.6';
  readonly hardware?: 'simulated' | 'heidelberg';
}
