/**
 * Heartbeat supervision ($SY): without pulses the controller falls back to a low current. Its traps: the interval counts
 * in 16 bits of milliseconds, so more than 65 s means something else; after a miss a plain pulse is refused until the miss
 * is acknowledged, and then the current jumps to the configured maximum.
 */
import { describeError } from '../../../base/errors.ts';
import type { Log } from '../../../base/log.ts';
import type { Clock } from '../../../platform/ports.ts';
import type { RapiLink } from './rapi-link.ts';

/** Well under the 65 s at which the firmware's arithmetic overflows. */
const INTERVAL_S = 30;
/** The lowest that a pilot can offer. */
const FALLBACK_A = 6;
const ACKNOWLEDGE = 165;

export class Watchdog {
  missed = false;
  private fedMs: number;
  private feeding = false;
  private supported = true;

  /** @param onRestored the controller has just gone to its configured maximum: set the limit again at once */
  constructor(private readonly link: RapiLink, private readonly clock: Clock, private readonly log: Log, private readonly onRestored: () => void) {
    this.fedMs = clock.monotonicMs();
  }

  /** Not fed for so long that the controller has fallen back. */
  get isStarved(): boolean {
    return this.supported && this.clock.monotonicMs() - this.fedMs >= INTERVAL_S * 1000;
  }

  get summary(): string {
    if (!this.supported) return 'not supported by this firmware';
    return this.missed ? 'was missed' : `every ${INTERVAL_S} s, else ${FALLBACK_A} A`;
  }

  /** Same values each time: then the controller doesn't write its EEPROM. */
  async arm(): Promise<void> {
    const { ok } = await this.link.command(`SY ${INTERVAL_S} ${FALLBACK_A}`);
    this.supported = ok;
    if (!ok) this.log('warn', 'openevse', 'this firmware has no heartbeat supervision');
    this.fedMs = this.clock.monotonicMs();
  }

  /** Called by the loop that supervises the session, so that a hung station trips it. */
  feed(): void {
    if (!this.supported || this.feeding || this.clock.monotonicMs() - this.fedMs < (INTERVAL_S * 1000) / 3) return;
    this.feeding = true;
    this.pulse().catch((error: unknown) => this.log('debug', 'openevse', `heartbeat: ${describeError(error)}`)).finally(() => {
      this.feeding = false;
    });
  }

  private async pulse(): Promise<void> {
    const reply = await this.link.command('SY');
    this.fedMs = this.clock.monotonicMs();
    const trigger = reply.tokens[2];
    if (reply.ok && trigger === '0') {
      this.missed = false;
      return;
    }
    this.missed = true;
    this.log('warn', 'openevse', 'a heartbeat was missed; the controller had fallen back');
    const limited = !reply.ok || trigger === '2';
    if (limited) await this.link.command(`SY ${ACKNOWLEDGE}`);
    await this.arm(); // clears "missed earlier"
    this.missed = false;
    if (limited) this.onRestored();
  }
}
