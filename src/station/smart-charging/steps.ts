/** Functions of time that are constant between moments: what schedules are, and how two become one. */

/** Holds from `atMs` until the next step. */
export interface Step<T> {
  readonly atMs: number;
  readonly value: T;
}
/** Ascending, the first at the beginning of the window that they describe; the last holds to its end. */
export type Steps<T> = readonly Step<T>[];

export function constant<T>(fromMs: number, value: T): Steps<T> {
  return [{ atMs: fromMs, value }];
}

/** Both begin at the same moment. Linear in their lengths. */
export function zip<A, B, C>(a: Steps<A>, b: Steps<B>, join: (a: A, b: B) => C): Steps<C> {
  const result: Step<C>[] = [];
  let i = 0;
  let j = 0;
  for (;;) {
    const left = a[i];
    const right = b[j];
    if (left === undefined || right === undefined) return result;
    append(result, Math.max(left.atMs, right.atMs), join(left.value, right.value));
    const nextLeftMs = a[i + 1]?.atMs ?? Infinity;
    const nextRightMs = b[j + 1]?.atMs ?? Infinity;
    if (nextLeftMs === Infinity && nextRightMs === Infinity) return result;
    if (nextLeftMs <= nextRightMs) i += 1;
    if (nextRightMs <= nextLeftMs) j += 1;
  }
}

/** Adds a step unless it is the same object as the one before. */
export function append<T>(steps: Step<T>[], atMs: number, value: T): void {
  const last = steps.at(-1);
  if (last !== undefined && last.value === value) return;
  if (last !== undefined && last.atMs === atMs) steps.pop();
  steps.push({ atMs, value });
}

/** Where the upper one says nothing (null) the lower one counts. */
export function overlay<T>(upper: Steps<T | null>, lower: Steps<T | null>): Steps<T | null> {
  return zip(upper, lower, (over, under) => over ?? under);
}

/** Joins many pairwise, as a balanced tree: every step is looked at log(n) times, not n times. `join` is associative. */
export function fold<T>(all: readonly Steps<T>[], join: (a: Steps<T>, b: Steps<T>) => Steps<T>, empty: Steps<T>): Steps<T> {
  if (all.length === 0) return empty;
  let level = all;
  while (level.length > 1) {
    const next: Steps<T>[] = [];
    for (let index = 0; index < level.length; index += 2) {
      const [first = empty, second] = [level[index], level[index + 1]];
      next.push(second === undefined ? first : join(first, second));
    }
    level = next;
  }
  return level[0] ?? empty;
}
