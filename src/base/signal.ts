/** Stops whatever was started; calling it twice is harmless. */
export type Stop = () => void;

/** A typed event source: listeners are called in the order they were added. */
export class Signal<T> {
  private listeners = new Set<(value: T) => void>();

  on(listener: (value: T) => void): Stop {
    const own = (value: T): void => listener(value);
    this.listeners.add(own);
    return () => void this.listeners.delete(own);
  }

  emit(value: T): void {
    for (const listener of [...this.listeners]) listener(value);
  }
}
