import { KerbsideError } from '../base/errors.ts';

/** The errors of the books, worded alike for every Store. `detail` is for the log. */
export const storeErrors = {
  full: (detail: string, cause?: unknown): KerbsideError =>
    new KerbsideError(
      'StoreFull',
      detail,
      'The storage of this device is full. Free some space, then it goes on by itself.',
      { cause },
    ),
  broken: (detail: string, cause?: unknown): KerbsideError =>
    new KerbsideError(
      'StoreBroken',
      detail,
      'The books of this station can’t be read or written. Restart the device; if that doesn’t help, its storage needs replacing.',
      { cause },
    ),
  closed: (detail = 'the store is closed', cause?: unknown): KerbsideError =>
    new KerbsideError('StoreClosed', detail, undefined, { cause }),
  busy: (detail: string, cause?: unknown): KerbsideError =>
    new KerbsideError(
      'StoreBusy',
      detail,
      'Another program or tab has the books of this station open. Close it, or give this one another data folder.',
      { cause },
    ),
  tooNew: (found: number | string, known: number): KerbsideError =>
    new KerbsideError(
      'StoreTooNew',
      `the books have schema version ${found}, this program knows up to ${known}`,
      'The books of this station were written by a newer version of Kerbside. Update this one; the books are untouched.',
    ),
};
