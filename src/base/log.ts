export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** One line of the station's own log. Secrets never get here: mask before logging (see `mask`). */
export interface LogLine {
  readonly level: LogLevel;
  /** Which part speaks, e.g. `csms`, `evse 1`, `openevse`. */
  readonly source: string;
  readonly text: string;
}

export type Log = (level: LogLevel, source: string, text: string) => void;

/** A token as a log or a screen may have it: a PIN not at all (C04.FR.04), the start button's by name. */
export function maskToken({ value, type }: { readonly value: string; readonly type: string }): string {
  if (type === 'NoAuthorization') return type;
  return type === 'KeyCode' ? '••••' : mask(value);
}

/** Shows only the last four characters of something that identifies a person, e.g. a card number. */
export function mask(secret: string): string {
  return secret.length <= 4 ? '••••' : `••${secret.slice(-4)}`;
}
