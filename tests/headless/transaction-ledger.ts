/** What a CSMS's book-keeper holds every station to: each transaction once, whole, in order, and billed as metered. */
import type { Edition, FrailCsms, Payload, Told } from './frail-csms.ts';

export interface Account {
  readonly id: string;
  readonly ended: boolean;
  readonly firstWh: number;
  readonly lastWh: number;
}

const COPY_GRACE_MS = 2000;

/** Breaches in words; empty when all is well. `accounts` in order of their starts. */
export function audit(csms: FrailCsms, edition: Edition): { readonly breaches: string[]; readonly accounts: Account[] } {
  const breaches: string[] = [];
  const originals = withoutCopies(csms, edition, breaches);
  const accounts = edition === 'ocpp1.6' ? audit16(originals, breaches) : audit201(originals, breaches);
  return { breaches, accounts };
}

function withoutCopies(csms: FrailCsms, edition: Edition, breaches: string[]): Told[] {
  const seen = new Map<string, Told>();
  const originals: Told[] = [];
  for (const call of csms.told) {
    if (!isOfTransaction(call)) continue;
    const { offline: _offline, ...content } = call.payload;
    const key = edition === 'ocpp1.6' ? `${call.action}${JSON.stringify(content)}` : seriesKey(call.payload);
    const before = seen.get(key);
    seen.set(key, call);
    if (before === undefined) {
      originals.push(call);
      continue;
    }
    const { offline: _before, ...contentBefore } = before.payload;
    if (JSON.stringify(content) !== JSON.stringify(contentBefore)) breaches.push(`${key}: the copy differs: ${JSON.stringify(contentBefore)} -> ${JSON.stringify(content)}`);
    const endedMs = csms.endedMs.get(before.connection);
    if (before.answered && (endedMs === undefined || endedMs > before.atMs + COPY_GRACE_MS)) breaches.push(`${key}: sent again although it was answered`);
  }
  return originals;
}

function isOfTransaction({ action, payload }: Told): boolean {
  return action === 'TransactionEvent' || action === 'StartTransaction' || action === 'StopTransaction' || (action === 'MeterValues' && payload['transactionId'] !== undefined);
}

const seriesKey = (payload: Payload): string => `${(payload['transactionInfo'] as Payload)['transactionId'] as string}#${String(payload['seqNo'])}`;

function audit201(calls: readonly Told[], breaches: string[]): Account[] {
  const series = new Map<string, Payload[]>();
  for (const { payload } of calls) {
    const id = String((payload['transactionInfo'] as Payload)['transactionId']);
    series.set(id, [...(series.get(id) ?? []), payload]);
  }
  return [...series].map(([id, events]) => {
    let time = '';
    events.forEach((event, index) => {
      const at = `${id}#${index}`;
      if (event['seqNo'] !== index) breaches.push(`${at}: seqNo ${String(event['seqNo'])}`);
      if ((event['eventType'] === 'Started') !== (index === 0)) breaches.push(`${at}: ${String(event['eventType'])}`);
      if (event['eventType'] === 'Ended' && index !== events.length - 1) breaches.push(`${at}: Ended before the end`);
      if (String(event['timestamp']) < time) breaches.push(`${at}: time runs backwards, ${time} -> ${String(event['timestamp'])}`);
      time = String(event['timestamp']);
    });
    // Ended repeats the value of the start (E06.FR.11), so values are judged by their own time.
    const registers = (events.flatMap((event) => event['meterValue'] ?? []) as Payload[])
      .sort((a, b) => String(a['timestamp']).localeCompare(String(b['timestamp'])))
      .flatMap((value) => registersOf([value]));
    registers.forEach((wh, index) => {
      if (wh < (registers[index - 1] ?? 0)) breaches.push(`${id}: the register fell, ${String(registers[index - 1])} -> ${wh}`);
    });
    return { id, ended: events.at(-1)?.['eventType'] === 'Ended', firstWh: registers[0] ?? NaN, lastWh: registers.at(-1) ?? NaN };
  });
}

function audit16(calls: readonly Told[], breaches: string[]): Account[] {
  const accounts: { id: string; ended: boolean; firstWh: number; lastWh: number; time: string }[] = [];
  let nextId = 101; // as FrailCsms hands them out
  for (const { action, payload } of calls) {
    if (action === 'StartTransaction') {
      const wh = Number(payload['meterStart']);
      accounts.push({ id: String(nextId++), ended: false, firstWh: wh, lastWh: wh, time: String(payload['timestamp']) });
      continue;
    }
    const account = accounts.find(({ id }) => id === String(payload['transactionId']));
    if (account === undefined) {
      breaches.push(`${action} of transaction ${String(payload['transactionId'])}, which never started`);
      continue;
    }
    if (account.ended) breaches.push(`${action} after the end of ${account.id}`);
    const values = action === 'MeterValues' ? payload['meterValue'] : payload['transactionData'];
    if (action === 'MeterValues') {
      const time = String((values as Payload[])[0]?.['timestamp']);
      if (time < account.time) breaches.push(`${account.id}: time runs backwards, ${account.time} -> ${time}`);
      account.time = time;
      for (const wh of registersOf(values)) {
        if (wh < account.lastWh - 1) breaches.push(`${account.id}: the register fell, ${account.lastWh} -> ${wh}`);
        account.lastWh = wh;
      }
    } else {
      const wh = Number(payload['meterStop']);
      if (wh < Math.floor(account.lastWh)) breaches.push(`${account.id}: meterStop ${wh} after ${account.lastWh}`);
      if (String(payload['timestamp']) < account.time) breaches.push(`${account.id}: ended before it was metered`);
      account.lastWh = wh;
      account.ended = true;
    }
  }
  return accounts;
}

function registersOf(meterValues: unknown): number[] {
  return ((meterValues ?? []) as { sampledValue: Payload[] }[]).flatMap(({ sampledValue }) => sampledValue
    .filter((sample) => (sample['measurand'] ?? 'Energy.Active.Import.Register') === 'Energy.Active.Import.Register' && sample['phase'] === undefined)
    .map((sample) => {
      const unit = sample['unitOfMeasure'] as Payload | undefined;
      const scale = 10 ** Number(unit?.['multiplier'] ?? 0) * ((unit?.['unit'] ?? sample['unit']) === 'kWh' ? 1000 : 1);
      return Number(sample['value']) * scale;
    }));
}
