/** The functional blocks that stand beside the transaction machine. Each is a folder of this one. */
import type { Block, BlockDeps } from './block.ts';
import { Certificates } from './certificates/certificates.ts';
import { DisplayMessages } from './display/display-messages.ts';
import { LocalList } from './local-list/local-list.ts';
import { Logs } from './logs/logs.ts';
import { Reservations } from './reservation/reservations.ts';
import { Monitoring } from './monitoring/monitoring.ts';
import { SmartCharging } from './smart-charging/smart-charging.ts';

export type Blocks = ReturnType<typeof createBlocks>;

export function createBlocks(deps: BlockDeps) {
  const localList = new LocalList(deps);
  const logs = new Logs(deps);
  const certificates = new Certificates(deps);
  const display = new DisplayMessages(deps);
  const reservation = new Reservations(deps);
  const monitoring = new Monitoring(deps);
  const smartCharging = new SmartCharging(deps);
  return {
    localList,
    logs,
    certificates,
    display,
    reservation,
    monitoring,
    smartCharging,
  } satisfies Record<string, Block>;
}
