/**
 * Block I, and the pricing extension of both editions: what the CSMS says that it costs, and between two of its words
 * what that makes by now. The price of a session is never decided here.
 */
import type { Wording } from '../../base/language.ts';
import { plainText } from '../../base/safe-text.ts';
import type { Store, Stored } from '../../platform/ports.ts';
import type { TariffCostApi } from '../api.ts';
import type { Block, BlockDeps } from '../block.ts';
import type { DataTransferAnswer, DataTransferRequest, DeliveryAnswer } from '../csms-port.ts';
import type { DataTransfer } from '../data-transfer/data-transfer.ts';
import type { Evse } from '../evse.ts';
import type { EndedTransaction } from '../transactions/draft.ts';
import { connectorPhase } from '../transactions/levels.ts';
import { wordingOf } from '../authorization/driver-facts.ts';
import { COST_VENDOR, isAmount, jsonObject, parseCostBasis, parsePriceText } from './cost-messages.ts';
import { offlineChargingPrice } from './fallback.ts';
import { FRESH_TRIGGERS, lookForTriggers, type TriggerMemory } from './meter-triggers.ts';
import { costNow, idleFee, runningCost, type IdleFee, type RunningCost } from './running-cost.ts';

/** What the driver takes along: the final cost, its breakdown, and where the invoice is. */
export interface FinalCost {
  readonly cost: number;
  readonly receipt?: Wording;
  readonly qrText?: string;
}

/** One per EVSE: its transaction, or the last one until the next begins. */
interface Priced {
  readonly transactionId: string;
  readonly running: RunningCost | null;
  readonly triggers: TriggerMemory;
  /** Register at the end; null: it runs. */
  readonly endWh: number | null;
  /** The end is told; the cable isn't out yet (CustomIdleFeeAfterStop). */
  readonly awaitsUnplug: boolean;
}

const KEY = 'cost.';
const REMEMBERED_TOKENS = 50;

export interface TariffCostDeps extends Pick<BlockDeps,
  'clock' | 'time' | 'settings' | 'journal' | 'evses' | 'outbox' | 'log' | 'csms' | 'edition' | 'stationOperative' | 'onStarted' | 'onEnded'> {
  readonly dataTransfer: DataTransfer;
  /** A running cost was told after the end. */
  readonly pricedAfterEnd: (evseId: number, transactionId: string) => void;
  /** False: nobody knows this transaction. */
  readonly final: (transactionId: string, cost: FinalCost) => boolean;
}

export class TariffCost implements Block, TariffCostApi {
  private readonly priced = new Map<number, Priced>();
  /** SetUserPrice: by token, for sessions to come. */
  private readonly userPrices = new Map<string, Wording>();

  constructor(private readonly deps: TariffCostDeps) {
    deps.onStarted.on(({ evseId, transactionId }) => this.begun(evseId, transactionId));
    deps.onEnded.on(({ evseId, ended }) => this.ended(evseId, ended));
    deps.dataTransfer.register({
      vendorId: COST_VENDOR,
      enabled: () => this.extended,
      messages: {
        SetUserPrice: (request) => this.setUserPrice(request),
        RunningCost: (request) => this.runningCostMessage(request),
        FinalCost: (request) => this.finalCost(request),
      },
    });
  }

  async load(store: Store): Promise<void> {
    for (const [key, value] of await store.entries('meta')) {
      if (key.startsWith(KEY)) this.priced.set(Number(key.slice(KEY.length)), value as unknown as Priced);
    }
  }

  /** Something moved: is a meter value due, has the next period begun, is the cable out? */
  changed(): void {
    for (const evse of this.deps.evses) {
      const priced = this.priced.get(evse.id);
      if (priced === undefined) continue;
      this.turnPeriod(evse, priced);
      if (evse.record.transaction?.id === priced.transactionId) this.look(evse);
      if (this.priced.get(evse.id)?.awaitsUnplug === true && evse.record.transaction === null && evse.record.pluggedConnectorId === null) this.tellUnplugged(evse.id);
    }
  }

  costUpdated(transactionId: string, totalCost: number, customData?: unknown): boolean {
    if (!this.costEnabled) return true;
    const basis = this.extended && jsonObject(customData)?.vendorId === COST_VENDOR ? parseCostBasis(jsonObject(customData) ?? {}) : null;
    return this.takeCost(transactionId, totalCost, basis);
  }

  /** I02, I03, I06: what came with a TransactionEventResponse. */
  answered(transactionId: string, answer: DeliveryAnswer, ended: boolean): void {
    const { totalCost, updatedPersonalMessage, qrText } = answer;
    const wording = updatedPersonalMessage === undefined ? null : wordingOf(updatedPersonalMessage);
    if (ended) {
      if (totalCost === undefined || !this.costEnabled) return;
      this.deps.final(transactionId, { cost: totalCost, ...(wording === null ? {} : { receipt: wording }), ...(qrText === undefined ? {} : { qrText }) });
      return;
    }
    if (totalCost !== undefined && this.costEnabled) this.takeCost(transactionId, totalCost, null);
    if (wording !== null) this.evseOf(transactionId)?.dispatch({ type: 'message', wording });
  }

  /** What the present transaction costs by now, or the last one with its idle time; null: nobody has told. */
  costOf(evseId: number, transactionId: string): number | null {
    if (!this.costEnabled) return null;
    const priced = this.priced.get(evseId);
    const evse = this.deps.evses.find(({ id }) => id === evseId);
    if (priced?.transactionId !== transactionId || priced.running === null || evse === undefined) {
      return evse?.record.transaction?.id === transactionId ? evse.record.transaction.cost : null;
    }
    const registerWh = priced.endWh ?? evse.registerWh;
    // After the end only the idle time goes on, and only until the cable is out.
    if (priced.endWh !== null && (priced.running.idleSinceMs === null || !priced.awaitsUnplug)) return costNow(priced.running, registerWh, priced.running.basis.timestampMs);
    return costNow(priced.running, registerWh, this.deps.time.nowMs());
  }

  /** What standing idle costs the present transaction, or the last one until its cable is out; null: nothing that is known. */
  idleFeeOf(evseId: number, transactionId: string): IdleFee | null {
    const priced = this.priced.get(evseId);
    if (!this.costEnabled || priced?.transactionId !== transactionId || priced.running === null || (priced.endWh !== null && !priced.awaitsUnplug)) return null;
    return idleFee(priced.running, this.deps.time.nowMs());
  }

  /** The last transaction's cost was counted here. */
  isPriced(evseId: number): boolean {
    return this.priced.get(evseId)?.running != null;
  }

  /** The driver's own price: of the session, or of the card that was just accepted; null: the one for everybody holds. */
  personalTariff(evse: Evse): Wording | null {
    if (!this.deps.settings.boolean('TariffCostCtrlr.Enabled[Tariff]', true)) return null;
    const { transaction, authorization } = evse.record;
    if (transaction?.personalMessage != null) return transaction.personalMessage;
    if (authorization === null) return null;
    return this.userPrices.get(authorization.idToken.value.toLowerCase()) ?? authorization.personalMessage;
  }

  /** "CustomDisplayCostAndPrice". */
  private get extended(): boolean {
    return this.deps.settings.boolean(`CustomizationCtrlr.CustomImplementationEnabled[${COST_VENDOR}]`, true);
  }

  private get costEnabled(): boolean {
    return this.deps.settings.boolean('TariffCostCtrlr.Enabled[Cost]', true);
  }

  private setUserPrice(request: DataTransferRequest): DataTransferAnswer {
    const fields = jsonObject(request.data);
    const wording = fields === null ? null : parsePriceText(fields, this.deps.settings.string('DisplayMessageCtrlr.Language', 'en'));
    const token = fields?.idToken;
    if (wording === null || typeof token !== 'string' || token === '') return REJECTED;
    const key = token.toLowerCase();
    this.userPrices.delete(key);
    this.userPrices.set(key, wording);
    if (this.userPrices.size > REMEMBERED_TOKENS) this.userPrices.delete(this.userPrices.keys().next().value ?? '');
    for (const evse of this.deps.evses) {
      if (evse.record.transaction?.idToken?.value.toLowerCase() === key) evse.dispatch({ type: 'message', wording });
    }
    return { status: 'Accepted' };
  }

  private runningCostMessage(request: DataTransferRequest): DataTransferAnswer {
    const fields = jsonObject(request.data);
    const basis = fields === null ? null : parseCostBasis(fields);
    const transactionId = request.transactionOf?.(fields?.transactionId);
    if (fields === null || basis === null || transactionId === undefined || !isAmount(fields.cost) || !this.costEnabled) return REJECTED;
    return this.takeCost(transactionId, fields.cost, basis) ? { status: 'Accepted' } : REJECTED;
  }

  private finalCost(request: DataTransferRequest): DataTransferAnswer {
    const fields = jsonObject(request.data);
    const transactionId = request.transactionOf?.(fields?.transactionId);
    if (fields === null || transactionId === undefined || !isAmount(fields.cost) || !this.costEnabled) return REJECTED;
    const receipt = parsePriceText(fields, this.deps.settings.string('DisplayMessageCtrlr.Language', 'en'));
    if (receipt === null) return REJECTED;
    const qrText = typeof fields.qrCodeText === 'string' ? { qrText: plainText(fields.qrCodeText) } : {};
    return this.deps.final(transactionId, { cost: fields.cost, receipt, ...qrText }) ? { status: 'Accepted' } : REJECTED;
  }

  /** False: nobody knows this transaction. */
  private takeCost(transactionId: string, cost: number, basis: RunningCost['basis'] | null): boolean {
    const evse = this.evseOf(transactionId);
    const entry = [...this.priced].find(([, { transactionId: id }]) => id === transactionId);
    if (evse === undefined && entry === undefined) {
      this.deps.log('warn', 'cost', 'the CSMS told the cost of a transaction that isn\'t here');
      return false;
    }
    const evseId = evse?.id ?? entry?.[0] ?? 0; // a transaction that began before its cable may have moved to another EVSE
    const before = entry?.[1] ?? fresh(transactionId);
    // A bare total says what it costs up to now, so that the known prices go on from here.
    const known = before.running?.basis ?? null;
    const nextBasis = basis ?? (known === null ? null : { ...known, timestampMs: this.deps.time.nowMs(), meterWh: before.endWh ?? evse?.registerWh ?? known.meterWh });
    const running = nextBasis === null ? null : runningCost(cost, nextBasis, before.running);
    if (running !== null) this.save(evseId, { ...before, running, triggers: basis === null ? before.triggers : { ...FRESH_TRIGGERS, status: before.triggers.status } });
    else if (evse === undefined) return this.deps.final(transactionId, { cost });
    if (evse === undefined) this.deps.pricedAfterEnd(evseId, transactionId);
    else evse.dispatch({ type: 'cost', totalCost: cost });
    return true;
  }

  private begun(evseId: number, transactionId: string): void {
    const { time, settings } = this.deps;
    const evse = this.deps.evses.find(({ id }) => id === evseId);
    const startWh = evse?.record.transaction?.startWh ?? 0;
    const price = this.extended && this.costEnabled && this.deps.csms() === null ? offlineChargingPrice(settings) : null;
    const basis = price === null ? null
      : { timestampMs: time.nowMs(), meterWh: startWh, state: 'Charging' as const, chargingPrice: price, idlePrice: null, nextPeriod: null, triggers: null };
    this.save(evseId, { ...fresh(transactionId), running: basis === null ? null : runningCost(basis.chargingPrice.flatFee, basis, null) });
    const token = evse?.record.transaction?.idToken?.value.toLowerCase();
    const wording = token === undefined ? undefined : this.userPrices.get(token);
    if (wording !== undefined) evse?.dispatch({ type: 'message', wording });
  }

  private ended(evseId: number, { transaction, endWh }: EndedTransaction): void {
    if (transaction.idToken !== null) this.userPrices.delete(transaction.idToken.value.toLowerCase());
    const before = this.priced.get(evseId);
    if (before?.transactionId !== transaction.id) return;
    // What it came to by its end is the basis of whatever follows.
    const { running } = before;
    const nowMs = this.deps.time.nowMs();
    const settled = running === null || running.idleSinceMs !== null ? running
      : { ...running, cost: costNow(running, endWh, nowMs), basis: { ...running.basis, timestampMs: nowMs, meterWh: endWh, nextPeriod: null } };
    const awaitsUnplug = this.deps.edition() === 'ocpp1.6' && this.extended && this.deps.settings.boolean('Kerbside.CustomIdleFeeAfterStop', false);
    this.save(evseId, { ...before, running: settled, endWh, awaitsUnplug });
  }

  /** California pricing 3.4.3: reliable, after StopTransaction. */
  private tellUnplugged(evseId: number): void {
    const priced = this.priced.get(evseId);
    if (priced === undefined) return;
    this.deps.outbox.add({ kind: 'connectorUnplugged', evseId, transactionId: priced.transactionId, timestamp: this.deps.time.stamp() });
    const nowMs = this.deps.time.nowMs();
    const { running } = priced;
    const cost = running === null ? 0 : costNow(running, priced.endWh ?? 0, nowMs);
    this.save(evseId, { ...priced, awaitsUnplug: false, running: running === null ? null : { ...running, cost, basis: { ...running.basis, timestampMs: nowMs } } });
  }

  private turnPeriod(evse: Evse, priced: Priced): void {
    const { running } = priced;
    if (running === null || running.basis.nextPeriod === null || running.nextFromWh !== null || this.deps.time.nowMs() < running.basis.nextPeriod.atMs) return;
    this.save(evse.id, { ...priced, running: { ...running, nextFromWh: priced.endWh ?? evse.registerWh } });
  }

  private look(evse: Evse): void {
    const priced = this.priced.get(evse.id);
    const triggers = priced?.running?.basis.triggers ?? null;
    const { hardware, record } = evse;
    if (priced === undefined || triggers === null || hardware === null || record.transaction === null) return;
    const { due, memory } = lookForTriggers(triggers, priced.triggers, {
      nowMs: this.deps.time.nowMs(), powerW: hardware.meter.powerW, energyWh: evse.registerWh - record.transaction.startWh,
      status: connectorPhase(record, hardware, record.pluggedConnectorId ?? record.transaction.connectorId ?? 1, this.deps.stationOperative()),
    });
    if (!sameMemory(memory, priced.triggers)) this.save(evse.id, { ...priced, triggers: memory });
    if (due) evse.dispatch({ type: 'sample', kind: 'trigger' });
  }

  private evseOf(transactionId: string): Evse | undefined {
    return this.deps.evses.find((evse) => evse.record.transaction?.id === transactionId);
  }

  private save(evseId: number, priced: Priced): void {
    this.priced.set(evseId, priced);
    this.deps.journal.put('meta', `${KEY}${evseId}`, priced as unknown as Stored);
  }
}

const REJECTED: DataTransferAnswer = { status: 'Rejected' };

function fresh(transactionId: string): Priced {
  return { transactionId, running: null, triggers: FRESH_TRIGGERS, endWh: null, awaitsUnplug: false };
}

function sameMemory(a: TriggerMemory, b: TriggerMemory): boolean {
  return a.timeGiven === b.timeGiven && a.energyGiven === b.energyGiven && a.status === b.status && a.above === b.above;
}
