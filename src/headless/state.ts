/** What `state` answers: the station's own account, or what was last known while it is off or still reading its books. */
import type { AgentDetail } from '../assembly/agent-detail.ts';

/** A caller who asks in the first moment is answered when the books are read, but not later than this. */
export const STATE_WAIT_MS = 800;

export class HeadlessState {
  private last: AgentDetail['evses'] = [];

  constructor(private readonly detail: () => AgentDetail) {}

  /**
   * While the station is off its EVSEs are shown as they were, without power: a register that vanished or fell to 0 for
   * some seconds would be read as lost energy.
   */
  read(): AgentDetail {
    const now = this.detail();
    if (now.evses.length > 0) {
      this.last = now.evses;
      return now;
    }
    return { ...now, evses: this.last.map((evse) => ({ ...evse, powerW: 0 })) };
  }
}
