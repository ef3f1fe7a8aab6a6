/** The newest lines of a log, numbered; what fell out is gone. */
export class LogRing<T extends { readonly id: number }> {
  private lines: T[] = [];
  private nextId = 1;

  constructor(private readonly capacity: number) {}

  add(make: (id: number) => T): void {
    this.lines.push(make(this.nextId++));
    // Cutting in blocks keeps adding cheap.
    if (this.lines.length > this.capacity * 1.25) this.lines = this.lines.slice(-this.capacity);
  }

  after(id: number): T[] {
    const newest = this.lines.at(-1)?.id ?? 0;
    if (id >= newest) return [];
    const first = this.lines.findIndex((line) => line.id > id);
    return this.lines.slice(Math.max(first, this.lines.length - this.capacity));
  }
}
