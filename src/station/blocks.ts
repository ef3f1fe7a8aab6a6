/** The functional blocks that stand beside the transaction machine. Each is a folder of this one. */
import type { Block, BlockDeps } from './block.ts';
import { LocalList } from './local-list/local-list.ts';
import { Logs } from './logs/logs.ts';

export type Blocks = ReturnType<typeof createBlocks>;

export function createBlocks(deps: BlockDeps) {
  const localList = new LocalList(deps);
  const logs = new Logs(deps);
  return { localList, logs } satisfies Record<string, Block>;
}
