/** One timer of the virtual clock. `fn` is null once it has run or was stopped. */
export interface VirtualTimer {
  readonly dueMs: number;
  /** Timers due at the same instant run in the order in which they were set. */
  readonly order: number;
  fn: (() => void) | null;
}

const earlier = (a: VirtualTimer, b: VirtualTimer): boolean =>
  a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order);

/** A binary heap of timers, earliest first. Stopped ones stay inside until they surface or until `compact`. */
export class TimerHeap {
  private items: VirtualTimer[] = [];

  get size(): number {
    return this.items.length;
  }

  push(timer: VirtualTimer): void {
    const items = this.items;
    let index = items.length;
    items.push(timer);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = items[parent] as VirtualTimer;
      if (!earlier(timer, above)) break;
      items[index] = above;
      index = parent;
    }
    items[index] = timer;
  }

  /** The earliest timer that still wants to run; stopped ones before it are thrown away. */
  peek(): VirtualTimer | undefined {
    for (;;) {
      const first = this.items[0];
      if (first === undefined || first.fn !== null) return first;
      this.pop();
    }
  }

  pop(): VirtualTimer | undefined {
    const first = this.items[0];
    const last = this.items.pop();
    if (first === undefined || last === undefined || this.items.length === 0) return first;
    this.sink(last, 0);
    return first;
  }

  /** Throws the stopped timers away, so that timeouts which never fire don't pile up. */
  compact(): void {
    const live = this.items.filter((timer) => timer.fn !== null);
    this.items = [];
    for (const timer of live) this.push(timer);
  }

  private sink(timer: VirtualTimer, from: number): void {
    const items = this.items;
    let index = from;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= items.length) break;
      const right = items[child + 1];
      if (right !== undefined && earlier(right, items[child] as VirtualTimer)) child += 1;
      const smaller = items[child] as VirtualTimer;
      if (!earlier(smaller, timer)) break;
      items[index] = smaller;
      index = child;
    }
    items[index] = timer;
  }
}
