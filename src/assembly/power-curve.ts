/** How the power went in a session: mean values of equal stretches, few enough to draw. */
import type { TransactionView } from '../link/snapshot.ts';

/** As many as a screen can show apart. When there are more, two become one. */
const MOST = 60;
const FIRST_STRETCH_S = 30;

export class PowerCurve {
  private stretchS = FIRST_STRETCH_S;
  private means: number[] = [];
  /** Of the stretch that has begun: W·s so far, and how long it has lasted, s. */
  private energyWs = 0;
  private filledS = 0;
  private last: { readonly atMs: number; readonly powerW: number } | null = null;

  constructor(readonly transactionId: string) {}

  /** @param powerW holds from now on @param nowMs monotonic ms */
  add(powerW: number, nowMs: number): void {
    if (this.last !== null) this.fill(this.last.powerW, Math.max(0, nowMs - this.last.atMs) / 1000);
    this.last = { atMs: nowMs, powerW };
  }

  view(): TransactionView['powerCurve'] {
    return { stretchS: this.stretchS, powerW: this.means };
  }

  private fill(powerW: number, durationS: number): void {
    for (let leftS = durationS; leftS > 0;) {
      const stepS = Math.min(leftS, this.stretchS - this.filledS);
      this.energyWs += powerW * stepS;
      this.filledS += stepS;
      leftS -= stepS;
      if (this.filledS >= this.stretchS) this.close();
    }
  }

  private close(): void {
    this.means = [...this.means, Math.round(this.energyWs / this.stretchS)];
    this.energyWs = 0;
    this.filledS = 0;
    if (this.means.length < MOST) return;
    this.means = this.means.flatMap((mean, index, all) => (index % 2 === 0 ? [Math.round((mean + (all[index + 1] ?? mean)) / 2)] : []));
    this.stretchS *= 2;
  }
}

/** One per EVSE, for the transaction that runs there. */
export class PowerCurves {
  private readonly curves = new Map<number, PowerCurve>();

  /** @param transactionId null: none runs */
  add(evseId: number, transactionId: string | null, powerW: number, nowMs: number): void {
    if (transactionId === null) {
      this.curves.delete(evseId);
      return;
    }
    let curve = this.curves.get(evseId);
    if (curve?.transactionId !== transactionId) this.curves.set(evseId, curve = new PowerCurve(transactionId));
    curve.add(powerW, nowMs);
  }

  of(evseId: number, transactionId: string): TransactionView['powerCurve'] {
    const curve = this.curves.get(evseId);
    return curve?.transactionId === transactionId ? curve.view() : { stretchS: FIRST_STRETCH_S, powerW: [] };
  }
}
