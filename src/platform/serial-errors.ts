import { KerbsideError } from '../base/errors.ts';

/** The errors of serial ports, worded alike on every platform. `detail` is for the log. */
export const serialErrors = {
  busy: (detail: string, cause?: unknown): KerbsideError =>
    new KerbsideError(
      'PortBusy',
      detail,
      'The port can’t be opened. Close other programs and tabs that use it; if there are none, unplug the cable, wait a moment and plug it in again.',
      { cause },
    ),
  gone: (detail: string, cause?: unknown): KerbsideError =>
    new KerbsideError('PortGone', detail, 'The device isn’t plugged in. Check the cable and the power of the controller.', {
      cause,
    }),
  refused: (detail: string, cause?: unknown): KerbsideError =>
    new KerbsideError('PortRefused', detail, 'The browser doesn’t allow this port, or it can’t do these line settings.', {
      cause,
    }),
  lost: (detail: string, cause?: unknown): KerbsideError =>
    new KerbsideError('PortLost', detail, 'The connection to the device was lost. Check the cable.', { cause }),
};
