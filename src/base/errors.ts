/**
 * Every error that Kerbside throws has a machine-readable `code`; where a person may see it, also a
 * `sentence` in plain words. Plain `Error` is never thrown (lint rule).
 */
export class KerbsideError extends Error {
  /** @param code stable, CamelCase, e.g. `PortBusy`
   *  @param message for the log: what was expected, what was found
   *  @param sentence for people: what happened and what to try */
  constructor(
    readonly code: string,
    message: string,
    readonly sentence?: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = code;
  }
}

/** The text of whatever was thrown, for a log line. */
export function describeError(thrown: unknown): string {
  if (thrown instanceof KerbsideError) return `${thrown.code}: ${thrown.message}`;
  return thrown instanceof Error ? thrown.message : String(thrown);
}
