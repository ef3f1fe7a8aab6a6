/** What is on the station's disk, as seen from outside: which promises survive a power cut at this moment. */
import type { MemoryStore } from '../../src/platform/virtual/memory-store.ts';
import type { Collection, Stored, StoreWrite } from '../../src/platform/ports.ts';
import type { OutboxRecord, TransactionEventReport } from '../../src/station/reports.ts';
import type { EvseRecord } from '../../src/station/transactions/state.ts';
import type { SimulatedWorld } from './world.ts';

export interface WrittenEvent {
  readonly report: TransactionEventReport;
  /** What time it really was when it had reached the disk. */
  readonly landedMs: number;
  /** Of the process that wrote it. */
  readonly kills: number;
  /** The disk worked as it should around then, so that it was written when it happened. */
  readonly prompt: boolean;
  /** Its time, once it was known for certain in the same life; null: never. */
  stampedMs: number | null;
}

export class DiskMirror {
  readonly evses = new Map<number, EvseRecord>();
  /** Every transaction event that ever reached the disk, by `<transaction> <seqNo>`. */
  readonly events = new Map<string, WrittenEvent>();
  /** Other messages that must arrive, by their key: those that ever were there. */
  readonly guaranteed = new Map<string, OutboxRecord>();
  readonly outbox = new Set<string>();
  readonly parked = new Map<string, OutboxRecord>();
  readonly problems: string[] = [];
  /** The disk was slow or failed at this moment. */
  private troubledMs = -Infinity;
  private watched: MemoryStore | null = null;
  private reloading = false;

  constructor(private readonly world: SimulatedWorld) {
    world.onDisk = (disk) => this.watch(disk);
  }

  /** From now on what is written may be late. */
  trouble(): void {
    this.troubledMs = this.world.nowMs();
  }

  private watch(disk: MemoryStore): void {
    if (this.watched === disk) return;
    this.watched = disk;
    disk.committed.on(({ writes }) => writes.forEach((write) => this.take(write)));
    // A crash may have kept what nobody was told of.
    for (const collection of ['evses', 'outbox', 'parked'] as const) {
      void disk.entries(collection).then((records) => this.reload(collection, records));
    }
  }

  private reload(collection: Collection, records: readonly [string, Stored][]): void {
    if (collection === 'outbox') this.outbox.clear();
    if (collection === 'parked') this.parked.clear();
    // What a dying process still got written is seen only now: it was written some time before.
    this.reloading = true;
    for (const [key, value] of records) this.take({ op: 'put', collection, key, value });
    this.reloading = false;
  }

  private take(write: StoreWrite): void {
    const { collection, key } = write;
    if (collection === 'evses' && write.op === 'put') this.evses.set(Number(key), write.value as unknown as EvseRecord);
    if (collection === 'parked') {
      if (write.op === 'put') this.parked.set(key, write.value as unknown as OutboxRecord);
      else this.parked.delete(key);
    }
    if (collection !== 'outbox') return;
    if (write.op === 'delete') this.outbox.delete(key);
    else {
      this.outbox.add(key);
      this.queued(key, write.value as unknown as OutboxRecord);
    }
  }

  private queued(key: string, record: OutboxRecord): void {
    const { report, delivery } = record;
    if (report.kind !== 'transactionEvent') {
      if (delivery !== 'volatile') this.guaranteed.set(key, record);
      return;
    }
    const name = `${report.transactionId} ${report.seqNo}`;
    const { world } = this;
    const known = this.events.get(name);
    if (known === undefined) {
      this.events.set(name, {
        report, landedMs: world.nowMs(), kills: world.kills, prompt: !this.reloading && world.nowMs() - this.troubledMs > 90_000 && world.medium.commitLatencyMs < 100,
        stampedMs: report.timestamp.wallMs,
      });
      return;
    }
    if (known.kills === world.kills) known.stampedMs ??= report.timestamp.wallMs;
    const same = known.report.eventType === report.eventType && known.report.registerWh === report.registerWh && known.report.triggerReason === report.triggerReason;
    if (!same) this.problems.push(`transaction ${report.transactionId}: seqNo ${report.seqNo} was written twice, with different content`);
  }
}
