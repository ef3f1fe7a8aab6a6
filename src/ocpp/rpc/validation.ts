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
  /** null: valid. Unknown action: a violation with keyword `action`. */
  request(action: string, payload: unknown): SchemaViolation | null;
  response(action: string, payload: unknown): SchemaViolation | null;
}
