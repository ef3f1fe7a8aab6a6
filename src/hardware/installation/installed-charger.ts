/**
 * A charge controller as it is installed: behind a breaker, with wires and a cable. None of them knows the others, so
 * this stands between the station and the driver and lets nothing through that one of them can't bear.
 */
import type { Charger, ChargerFacts, ChargerListener, ChargerState, ConnectorType, Offer, TransactionSigning } from '../charger.ts';
import type { Secc } from '../secc.ts';

export interface Installation {
  /** The breaker in front of this EVSE, A per phase. */
  readonly breakerA?: number;
  /** What cable and wires bear, A per phase. */
  readonly cableA?: number;
  /** Wired phases. */
  readonly phases?: 1 | 3;
  /** In place of what the controller guesses of its connectors. */
  readonly connector?: ConnectorType;
}

/** Whoever stands in front of another charger. */
export interface Wrapper { readonly inner: Charger }

/** The driver itself, whatever stands before it. */
export function driverOf(charger: Charger): Charger {
  return 'inner' in charger ? driverOf((charger as Charger & Wrapper).inner) : charger;
}

type Fact = { readonly label: string; readonly value: string; readonly warn?: boolean };

export class InstalledCharger implements Charger, Wrapper {
  readonly secc?: Secc;

  constructor(readonly inner: Charger, private readonly installation: Installation) {
    if (inner.secc !== undefined) this.secc = inner.secc;
  }

  get signing(): TransactionSigning | null {
    return this.inner.signing ?? null;
  }

  get facts(): ChargerFacts {
    const { facts } = this.inner;
    const { phases = 3, connector } = this.installation;
    const wired = Math.min(facts.phases, phases) === 1 ? 1 : 3;
    return {
      ...facts, phases: wired, maxCurrentA: this.capA,
      ...(facts.phaseSwitching === undefined ? {} : { phaseSwitching: facts.phaseSwitching && wired === 3 }),
      connectors: connector === undefined ? facts.connectors : facts.connectors.map((one) => ({ ...one, type: connector })),
    };
  }

  /** Valid at any moment; also when nobody has looked at `facts` since the controller told its own maximum. */
  private get capA(): number {
    const { breakerA = Infinity, cableA = Infinity } = this.installation;
    return Math.min(this.inner.facts.maxCurrentA, breakerA, cableA);
  }

  async start(listener: ChargerListener): Promise<void> {
    await this.inner.start({
      onState: (state) => listener.onState(this.judged(state)),
      ...(listener.onLine === undefined ? {} : { onLine: (...line: Parameters<NonNullable<ChargerListener['onLine']>>) => listener.onLine?.(...line) }),
    });
  }

  offer(offer: Offer): Promise<void> {
    const { capA } = this;
    const { minCurrentA } = this.inner.facts;
    const may = offer.energise && capA >= minCurrentA;
    return this.inner.offer({ ...offer, energise: may, maxCurrentA: Math.min(offer.maxCurrentA, capA) });
  }

  lock(connectorId: number): Promise<void> {
    return this.inner.lock(connectorId);
  }

  unlock(connectorId: number): ReturnType<Charger['unlock']> {
    return this.inner.unlock(connectorId);
  }

  reset(): Promise<void> {
    return this.inner.reset();
  }

  supervise(): void {
    this.inner.supervise();
  }

  stop(): Promise<void> {
    return this.inner.stop();
  }

  /** Who limits what, for the technician's bench. */
  technicianFacts(): readonly Fact[] {
    const { breakerA, cableA, phases } = this.installation;
    const { facts } = this.inner;
    const own = 'technicianFacts' in this.inner ? (this.inner as Charger & { technicianFacts(): readonly Fact[] }).technicianFacts() : [];
    return [
      ...own,
      { label: 'Controller allows', value: `${facts.minCurrentA} to ${facts.maxCurrentA} A` },
      ...(breakerA === undefined ? [] : [{ label: 'Breaker', value: `${breakerA} A` }]),
      ...(cableA === undefined ? [] : [{ label: 'Cable', value: `${cableA} A` }]),
      ...(phases === undefined ? [] : [{ label: 'Wired phases', value: String(phases) }]),
    ];
  }

  private judged(state: ChargerState): ChargerState {
    const { capA } = this;
    const { minCurrentA } = this.inner.facts;
    if (capA >= minCurrentA || state.refusal !== undefined) return state;
    return { ...state, refusal: `Breaker and cable bear ${capA} A, but this controller can't give less than ${minCurrentA} A.` };
  }
}
