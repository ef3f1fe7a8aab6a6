import { Signal } from '../../base/signal.ts';

export interface FrameRecord {
  /** Ascending over all stations. */
  readonly id: number;
  readonly atMs: number;
  readonly stationId: string;
  /** As the CSMS sees it: `in` came from the station. */
  readonly direction: 'in' | 'out';
  readonly edition: string;
  readonly text: string;
  /** What is wrong with it; null: nothing. */
  readonly problem: string | null;
}

const KEPT = 5_000;

/** The newest frames, and a call for each new one. */
export class FrameLog {
  readonly added = new Signal<FrameRecord>();
  private readonly frames: FrameRecord[] = [];
  private nextId = 1;

  add(frame: Omit<FrameRecord, 'id' | 'atMs'>): void {
    const record: FrameRecord = { ...frame, id: this.nextId++, atMs: Date.now() };
    this.frames.push(record);
    if (this.frames.length > KEPT) this.frames.splice(0, this.frames.length - KEPT);
    this.added.emit(record);
  }

  /** Frames younger than `afterId`, oldest first. */
  after(afterId: number): readonly FrameRecord[] {
    return this.frames.filter((frame) => frame.id > afterId);
  }
}
