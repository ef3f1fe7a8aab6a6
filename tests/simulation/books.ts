/** What the CSMS was told, against what must be true. */
import type { Payload, Received } from '../scenarios/fake-csms.ts';

const YEAR = '2026-';

export function checkBooks(received: readonly Received[], edition: string, meteredWh: number, evses: number): string[] {
  return edition === 'ocpp1.6' ? check16(received, meteredWh, evses) : check201(received, meteredWh, evses);
}

function check201(received: readonly Received[], meteredWh: number, evses: number): string[] {
  const problems: string[] = [];
  const byTransaction = new Map<string, Payload[]>();
  for (const { payload } of received.filter(({ action }) => action === 'TransactionEvent')) {
    const id = (payload.transactionInfo as { transactionId: string }).transactionId;
    const events = byTransaction.get(id) ?? [];
    byTransaction.set(id, events);
    const copy = events.find((event) => event.seqNo === payload.seqNo);
    if (copy === undefined) events.push(payload);
    else if (withoutOffline(copy) !== withoutOffline(payload)) problems.push(`${id}: two different events with seqNo ${String(payload.seqNo)}`);
  }
  let billedWh = 0;
  for (const [id, events] of byTransaction) {
    const seqNos = events.map((event) => event.seqNo as number);
    if (seqNos.some((seqNo, index) => seqNo !== index)) problems.push(`${id}: seqNo ${seqNos.join(',')}`);
    if (events[0]?.eventType !== 'Started') problems.push(`${id}: doesn't begin with Started`);
    if (events.at(-1)?.eventType !== 'Ended') problems.push(`${id}: doesn't end with Ended`);
    if (events.filter((event) => event.eventType !== 'Updated').length !== 2) problems.push(`${id}: not one Started and one Ended`);
    problems.push(...checkTimes(id, events.map((event) => String(event.timestamp))));
    const registers = events.flatMap(registersOf);
    if (registers.some((value, index) => value < (registers[index - 1] ?? 0))) problems.push(`${id}: a register that falls: ${registers.join(',')}`);
    billedWh += (registers.at(-1) ?? 0) - (registers[0] ?? 0);
  }
  return [...problems, ...compare(billedWh, meteredWh, byTransaction.size + evses)];
}

function registersOf(event: Payload): number[] {
  const values = (event.meterValue ?? []) as { sampledValue: { measurand: string; value: number; context: string }[] }[];
  // The Ended event repeats the begin value: only its own readings continue the series.
  return values.flatMap((value) => value.sampledValue)
    .filter((sample) => sample.measurand === 'Energy.Active.Import.Register' && (event.eventType !== 'Ended' || sample.context !== 'Transaction.Begin'))
    .map((sample) => sample.value);
}

function check16(received: readonly Received[], meteredWh: number, evses: number): string[] {
  const problems: string[] = [];
  const starts = new Map<string, Payload>();
  const stops = new Map<string, Payload>();
  for (const { action, payload } of received) {
    if (action === 'StartTransaction') starts.set(JSON.stringify(payload), payload);
    if (action === 'StopTransaction') stops.set(JSON.stringify(payload), payload);
  }
  if (starts.size !== stops.size) problems.push(`${starts.size} StartTransactions, ${stops.size} StopTransactions`);
  const sum = (payloads: Iterable<Payload>, field: string): number => [...payloads].reduce((total, payload) => total + (payload[field] as number), 0);
  problems.push(...[...starts.values(), ...stops.values()].flatMap((payload) => checkTimes('1.6', [String(payload.timestamp)])));
  const unconfirmed = [...stops.values()].filter((stop) => stop.transactionId === -1).length;
  if (unconfirmed > 0) problems.push(`${unconfirmed} StopTransactions with transactionId -1`);
  return [...problems, ...compare(sum(stops.values(), 'meterStop') - sum(starts.values(), 'meterStart'), meteredWh, starts.size + evses)];
}

function checkTimes(id: string, times: readonly string[]): string[] {
  const problems = times.filter((time) => !time.startsWith(YEAR)).map((time) => `${id}: a time of ${time}`);
  if (times.some((time, index) => time < (times[index - 1] ?? ''))) problems.push(`${id}: times go back: ${times.join(' ')}`);
  return problems;
}

/** Registers are told in whole Wh: each transaction may round by one. */
function compare(billedWh: number, meteredWh: number, roundings: number): string[] {
  return Math.abs(billedWh - meteredWh) <= roundings ? [] : [`billed ${billedWh} Wh, metered ${meteredWh} Wh`];
}

function withoutOffline({ offline: _, ...rest }: Payload): string {
  return JSON.stringify(rest);
}
