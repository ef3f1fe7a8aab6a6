/** C16: a master pass ends what others have begun. Where somebody can choose on a display, he does; else it ends all. */
import type { Log } from '../../base/log.ts';
import type { Clock } from '../../platform/ports.ts';
import type { Settings } from '../device-model/types.ts';
import type { Evse } from '../evse.ts';
import type { IdToken, IdTokenInfo } from '../types.ts';

/** What the display asks: which of these shall end? */
export interface MasterPassChoice {
  readonly idToken: IdToken;
  readonly evseIds: readonly number[];
  /** Monotonic ms at which the question goes away. */
  readonly untilMs: number;
}

export interface MasterPassDeps {
  readonly clock: Clock;
  readonly settings: Settings;
  readonly log: Log;
  readonly evses: readonly Evse[];
  /** C16.FR.01: there is a display on which the user can choose. */
  readonly hasChoice: boolean;
  readonly onChange: () => void;
}

const CHOICE_MS = 60_000;

export class MasterPass {
  choice: MasterPassChoice | null = null;
  private forget: () => void = () => {};

  constructor(private readonly deps: MasterPassDeps) {}

  /** The token's group is the one that only stops (C12.FR.09, C16.FR.03). */
  is(info: IdTokenInfo): boolean {
    const master = this.deps.settings.string('AuthCtrlr.MasterPassGroupId', '');
    return master !== '' && info.groupIdToken?.value.toLowerCase() === master.toLowerCase();
  }

  /** False: nothing runs that it could end. */
  shown(idToken: IdToken): boolean {
    const running = this.running();
    if (running.length === 0) return false;
    if (this.deps.hasChoice) this.ask(idToken, running.map(({ id }) => id));
    else for (const evse of running) this.end(evse, idToken); // C16.FR.02
    return true;
  }

  /** C16.FR.07: what the user chose; none: he thought better of it. */
  chosen(evseIds: readonly number[]): void {
    const { choice } = this;
    this.dismiss();
    if (choice === null) return;
    for (const evse of this.running()) {
      if (choice.evseIds.includes(evse.id) && evseIds.includes(evse.id)) this.end(evse, choice.idToken);
    }
  }

  private ask(idToken: IdToken, evseIds: readonly number[]): void {
    this.forget();
    this.choice = { idToken, evseIds, untilMs: this.deps.clock.monotonicMs() + CHOICE_MS };
    this.forget = this.deps.clock.after(CHOICE_MS, () => this.dismiss());
    this.deps.onChange();
  }

  private dismiss(): void {
    this.forget();
    if (this.choice === null) return;
    this.choice = null;
    this.deps.onChange();
  }

  private running(): Evse[] {
    return this.deps.evses.filter(({ record: { transaction, heldFor } }) => heldFor !== null || (transaction !== null && transaction.ending === null && transaction.stopReason === null));
  }

  private end(evse: Evse, idToken: IdToken): void {
    this.deps.log('info', `evse ${evse.id}`, 'ended by a master pass');
    if (evse.record.transaction === null) evse.dispatch({ type: 'owner' });
    else evse.dispatch({ type: 'stop', trigger: 'StopAuthorized', reason: 'MasterPass', idToken });
  }
}
