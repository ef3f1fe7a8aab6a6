/** Waiting for a line to open, for whoever only looks in: drivers live with a line that comes and goes. */
import { KerbsideError } from '../../base/errors.ts';
import type { Bus } from './bus.ts';

/** @throws KerbsideError `PortBusy` | `PortGone` | `PortRefused` | `PortClosed`, as the port says */
export function opened(bus: Bus): Promise<void> {
  return new Promise((resolve, reject) => {
    const decide = (): void => {
      if (bus.state.up) resolve();
      else if (bus.state.reason !== 'opening') reject(new KerbsideError(CODES[bus.state.reason], bus.state.detail, SENTENCES[bus.state.reason]));
      else return;
      stop();
    };
    const stop = bus.onState.on(decide);
    decide();
  });
}

type Reason = 'busy' | 'gone' | 'refused' | 'closed';

const CODES: Readonly<Record<Reason, string>> = { busy: 'PortBusy', gone: 'PortGone', refused: 'PortRefused', closed: 'PortClosed' };
const SENTENCES: Readonly<Record<Reason, string>> = {
  busy: 'Another program holds this port. Close it and test again.',
  gone: 'The port isn\'t there any more. Check the cable.',
  refused: 'The browser doesn\'t allow this port, or it can\'t do these line settings.',
  closed: 'The port was closed.',
};
