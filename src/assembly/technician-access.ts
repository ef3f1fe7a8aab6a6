/**
 * The technician's PIN. What is kept is a salted PBKDF2 hash; guessing is slowed down, and a restart gives nobody new tries.
 * Without a PIN the technician's view is open, and says so.
 */
import { hexOf } from '../base/hex.ts';
import { KerbsideError } from '../base/errors.ts';
import type { AccessState } from '../link/technician.ts';
import type { Clock, Store, Stored } from '../platform/ports.ts';

const KEY = 'technicianPin';
/** OWASP's floor for PBKDF2-HMAC-SHA256 (2023). */
const ITERATIONS = 600_000;
const FREE_TRIES = 5;
const FIRST_WAIT_S = 30;
const LONGEST_WAIT_S = 3600;
const PIN = /^\d{4,12}$/;

interface StoredPin {
  readonly salt: string;
  readonly hash: string;
  readonly iterations: number;
  /** Wrong tries in a row. */
  readonly failures: number;
}

/** A record that can't be read keeps the door shut; the operator can still make the station forget it. */
const UNREADABLE: StoredPin = { salt: '', hash: '', iterations: 1, failures: FREE_TRIES };

export class TechnicianAccess {
  /** One try at a time: guesses side by side would share one count. */
  private turn: Promise<unknown> = Promise.resolve();
  private lockedUntilMs: number | null = null;

  constructor(private readonly deps: { readonly store: Store; readonly crypto: Crypto; readonly clock: Clock; readonly iterations?: number }) {}

  async state(): Promise<AccessState> {
    const pin = await this.read();
    return { pinSet: pin !== null, lockedForS: pin === null ? 0 : this.lockedForS(pin.failures) };
  }

  /** @throws KerbsideError `WrongPin` | `PinLocked`, with a sentence. Without a PIN everybody may enter. */
  enter(pin: string): Promise<void> {
    return this.inTurn(() => this.check(pin));
  }

  /**
   * The first one, or another in place of `current`.
   * @param pin 4 to 12 digits
   * @throws KerbsideError `WeakPin`, or what `enter` throws for the current one
   */
  choose(pin: string, current: string): Promise<void> {
    return this.inTurn(async () => {
      const weakness = weaknessOf(pin);
      if (weakness !== null) throw new KerbsideError('WeakPin', weakness, weakness);
      await this.check(current);
      const salt = this.deps.crypto.getRandomValues(new Uint8Array(16));
      const iterations = this.deps.iterations ?? ITERATIONS;
      await this.write({ salt: hexOf(salt), hash: await this.hash(pin, salt, iterations), iterations, failures: 0 });
    });
  }

  /** The operator's way out when nobody knows it any more. */
  async forget(): Promise<void> {
    await this.inTurn(() => this.deps.store.commit([{ op: 'delete', collection: 'setup', key: KEY }]));
    this.lockedUntilMs = null;
  }

  private async check(given: string): Promise<void> {
    const pin = await this.read();
    if (pin === null) return;
    const waitS = this.lockedForS(pin.failures);
    if (waitS > 0) throw new KerbsideError('PinLocked', `locked for ${waitS} s`, `Too many wrong PINs. Try again in ${waitS} s.`);
    // Counted before it is looked at: whoever pulls the plug in between has had that try.
    const failures = pin.failures + 1;
    await this.write({ ...pin, failures });
    if ((await this.hash(given, bytesOf(pin.salt), pin.iterations)) !== pin.hash) {
      this.lockedUntilMs = this.deps.clock.monotonicMs() + 1000 * waitAfter(failures);
      throw new KerbsideError('WrongPin', 'wrong PIN', failures >= FREE_TRIES ? `That PIN is wrong. Try again in ${waitAfter(failures)} s.` : 'That PIN is wrong.');
    }
    await this.write({ ...pin, failures: 0 });
    this.lockedUntilMs = null;
  }

  /** After a restart the whole wait begins anew: how long the station was off nobody knows for sure. */
  private lockedForS(failures: number): number {
    const nowMs = this.deps.clock.monotonicMs();
    this.lockedUntilMs ??= nowMs + 1000 * waitAfter(failures);
    return Math.max(0, Math.ceil((this.lockedUntilMs - nowMs) / 1000));
  }

  private async read(): Promise<StoredPin | null> {
    const stored = await this.deps.store.get('setup', KEY);
    if (stored === undefined) return null;
    return isStoredPin(stored) ? stored : UNREADABLE;
  }

  private write(pin: StoredPin): Promise<void> {
    return this.deps.store.commit([{ op: 'put', collection: 'setup', key: KEY, value: pin as unknown as Stored }]);
  }

  private async hash(pin: string, salt: Uint8Array<ArrayBuffer>, iterations: number): Promise<string> {
    const { subtle } = this.deps.crypto;
    const key = await subtle.importKey('raw', new TextEncoder().encode(pin), 'PBKDF2', false, ['deriveBits']);
    return hexOf(new Uint8Array(await subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-256', salt, iterations }, key, 256)));
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.turn.then(work);
    this.turn = mine.catch(() => undefined);
    return mine;
  }
}

function waitAfter(failures: number): number {
  return failures < FREE_TRIES ? 0 : Math.min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** Math.min(20, failures - FREE_TRIES));
}

function weaknessOf(pin: string): string | null {
  if (!PIN.test(pin)) return 'The PIN has 4 to 12 digits.';
  const steps = new Set([...pin].slice(1).map((digit, index) => Number(digit) - Number(pin[index])));
  return steps.size === 1 && [0, 1, -1].some((step) => steps.has(step)) ? 'That PIN is the first one that anybody tries.' : null;
}

function isStoredPin(value: unknown): value is StoredPin {
  const pin = value as Partial<StoredPin> | null | undefined;
  return typeof pin?.salt === 'string' && typeof pin.hash === 'string' && typeof pin.iterations === 'number' && Number.isInteger(pin.failures);
}

function bytesOf(hex: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array((hex.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16)));
}
