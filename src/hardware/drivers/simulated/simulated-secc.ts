/** A car that speaks ISO 15118, and the controller's end of the talk: the messages in the standard's order, no EXI. */
import type { Clock } from '../../../platform/ports.ts';
import type {
  CarTalk, EvCertificateAnswer, EvChargingNeeds, HighLevelCar, ScheduleTuple, Secc, SeccListener,
} from '../../secc.ts';

/** From the plug to the first message of the session. */
const HANDSHAKE_MS = 1500;

export class SimulatedSecc implements Secc, CarTalk {
  private listener: SeccListener | null = null;
  private car: HighLevelCar | null = null;
  private plugged = false;
  private offered = false;
  /** Each talk has a number: answers that come after the cable is out belong to none. */
  private talk = 0;
  private identified = false;
  private asked = false;
  private scheduled = false;
  certificateAnswer: EvCertificateAnswer | null = null;
  tuples: readonly ScheduleTuple[] = [];

  constructor(private readonly clock: Clock, private readonly onReadiness: () => void) {}

  listen(listener: SeccListener): void {
    this.listener = listener;
  }

  setCar(car: HighLevelCar | null): void {
    this.car = car;
    if (this.plugged) this.begin();
  }

  /** The car waits for its schedule before it asks for energy (PowerDelivery comes after ChargeParameterDiscovery). */
  get holdsBack(): boolean {
    return this.car !== null && !this.scheduled;
  }

  /** Cable and offer as the controller sees them. */
  observe(plugged: boolean, offered: boolean): void {
    if (plugged !== this.plugged) {
      this.plugged = plugged;
      if (plugged) this.begin();
      else this.end();
    }
    this.offered = offered;
    if (offered && this.identified && !this.asked) void this.discover(false);
  }

  renegotiate(): void {
    if (this.scheduled) void this.discover(true);
  }

  needsChanged(needs: EvChargingNeeds): void {
    if (this.car === null) return;
    this.car = { ...this.car, needs };
    if (this.scheduled) void this.discover(true);
  }

  stopSession(how: 'Terminate' | 'Pause'): void {
    this.listener?.onSessionStop(how);
  }

  private begin(): void {
    this.end();
    const { car } = this;
    if (car === null) return;
    const talk = this.talk;
    this.clock.after(HANDSHAKE_MS, () => {
      if (talk === this.talk) void this.identify(car, talk);
    });
  }

  private end(): void {
    this.talk += 1;
    this.identified = false;
    this.asked = false;
    this.scheduled = false;
    this.tuples = [];
  }

  private async identify(car: HighLevelCar, talk: number): Promise<void> {
    const { listener } = this;
    if (listener === null) return;
    listener.onCar(car.evccId);
    if (car.certificateRequest !== undefined) {
      const answer = await listener.onCertificateRequest(car.certificateRequest);
      if (talk !== this.talk) return;
      this.certificateAnswer = answer;
    }
    // Refused: the driver may still show a card (external identification).
    if (car.contract !== undefined) await listener.onContract(car.contract);
    if (talk !== this.talk) return;
    this.identified = true;
    this.observe(this.plugged, this.offered);
  }

  private async discover(renegotiation: boolean): Promise<void> {
    const { listener, car, talk } = this;
    if (listener === null || car === null) return;
    this.asked = true;
    const tuples = await listener.onNeeds(car.needs, renegotiation);
    if (talk !== this.talk) return;
    this.tuples = tuples;
    const chosen = tuples[0];
    if (chosen === undefined) return; // no schedule, no power
    const periods = car.plan?.(chosen);
    listener.onSchedule({ tupleId: chosen.id, ...(periods === undefined ? {} : { periods }) });
    this.scheduled = true;
    this.onReadiness();
  }
}
