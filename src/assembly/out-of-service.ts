/** Takes the station out of service while its hardware is worked on, and back into it when nobody does any more. */
import { KerbsideError } from '../base/errors.ts';
import type { Stop } from '../base/signal.ts';
import type { Clock } from '../platform/ports.ts';

export interface OutOfServiceDeps {
  readonly clock: Clock;
  readonly isCharging: () => boolean;
  /** Stops the station; false: none was running. */
  readonly suspend: () => Promise<boolean>;
  readonly resume: () => Promise<void>;
}

/** Who leaves the page without a word doesn't leave the station out of service. */
const FORGOTTEN_MS = 10 * 60_000;

export class OutOfService {
  private suspended = false;
  private working = 0;
  private tail: Promise<unknown> = Promise.resolve();
  private stopTimer: Stop = () => {};

  constructor(private readonly deps: OutOfServiceDeps) {}

  /** One piece of work after the other. @throws KerbsideError `Charging` */
  during<T>(work: () => Promise<T>): Promise<T> {
    this.working += 1;
    this.stopTimer();
    const done = this.tail.then(() => this.begin()).then(work).finally(() => {
      this.working -= 1;
      if (this.working === 0 && this.suspended) this.stopTimer = this.deps.clock.after(FORGOTTEN_MS, () => void this.resume().catch(() => undefined));
    });
    this.tail = done.catch(() => undefined);
    return done;
  }

  /** Back into service, after what is being worked on. Does nothing if it is in service. */
  resume(): Promise<void> {
    const done = this.tail.then(async () => {
      this.stopTimer();
      if (!this.suspended) return;
      this.suspended = false;
      await this.deps.resume();
    });
    this.tail = done.catch(() => undefined);
    return done;
  }

  /** Another set-up starts the station anew, by itself. */
  forget(): void {
    this.stopTimer();
    this.suspended = false;
  }

  private async begin(): Promise<void> {
    if (this.suspended) return;
    if (this.deps.isCharging()) {
      throw new KerbsideError('Charging', 'a transaction runs', 'A car is charging. Hardware can be worked on when its session has ended.');
    }
    this.suspended = await this.deps.suspend();
  }
}
