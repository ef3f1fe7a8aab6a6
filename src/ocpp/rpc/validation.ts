/** What an edition's generated validators look like to the RPC layer. */
export interface SchemaViolation {
  /** JSON-schema keyword that failed: `required`, `type`, `enum`, `maxLength`, `additionalProperties`, … */
  readonly keyword: string;
  /** JSON pointer into the payload. */
  readonly path: string;
  readonly message: string;
}

export interface Validators {
  /** All actions of the edition, in either direction. */
  readonly actions: ReadonlySet<string>;
  /**
   * What checks this action (absent: any of them) isn't here yet: resolves when it is, rejects when it can't be had.
   * null: it is here.
   */
  load(action?: string): Promise<void> | null;
  /** null: valid. Not loaded: a violation with keyword `notLoaded`. Unknown action: a violation with keyword `action`. */
  request(action: string, payload: unknown): SchemaViolation | null;
  response(action: string, payload: unknown): SchemaViolation | null;
}
