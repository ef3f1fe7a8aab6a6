/** Bugs between the record and the contactor, and in who may charge. */
import type { Mutation } from './mutation.ts';

export const ENERGY: readonly Mutation[] = [
  {
    name: 'energy before authorization', bug: 'whoever plugs in gets energy', file: 'src/station/transactions/charging-state.ts',
    search: '  return record.authorization !== null && record.pluggedConnectorId !== null', replace: '  return record.pluggedConnectorId !== null',
  },
  {
    name: 'a stop that stops nothing', bug: 'an ended session keeps its energy', file: 'src/station/transactions/charging-state.ts',
    search: '(tx === null || (tx.ending === null && tx.stopReason === null && !tx.deauthorized))', replace: '(tx === null || !tx.deauthorized)',
  },
  {
    name: 'a refusal that stops nothing', bug: 'a token that the CSMS refuses goes on charging where its transaction isn\'t ended', file: 'src/station/transactions/charging-state.ts',
    search: 'tx.stopReason === null && !tx.deauthorized)', replace: 'tx.stopReason === null)',
  },
  {
    name: 'wrong meterStop', bug: 'the last reading is taken before the contactor has opened', file: 'src/station/transactions/draft.ts',
    search: '    if (this.still && !signaturePending) this.end(', replace: '    if (!signaturePending) this.end(',
  },
  {
    name: 'late limit', bug: 'a new limit counts when the next schedule says so', file: 'src/station/smart-charging/limits.ts',
    search: '  invalidate(): void {\n    this.now = null;', replace: '  invalidate(): void {\n    void this.now;',
  },
  {
    name: 'everybody gets all', bug: 'the station\'s limit is given to each of its EVSEs', file: 'src/station/smart-charging/limits.ts',
    search: '    const budgetA = Math.min(siteA, stationA ?? Infinity);', replace: '    const budgetA = Math.min(siteA, stationA ?? Infinity) * Math.max(1, evses.length);',
  },
  {
    name: 'expiry ignored', bug: 'the cache believes a yes for ever', file: 'src/station/authorization/cache.ts',
    search: '    return this.expired(entry) ? { ...entry.info, status: \'Expired\' } : entry.info;', replace: '    return entry.info;',
  },
  {
    name: 'unknown is good enough', bug: 'without a link every token is accepted', file: 'src/station/authorization/authorizer.ts',
    search: '    if (settings.boolean(\'AuthCtrlr.OfflineTxForUnknownIdEnabled\', false)) return', replace: '    if (settings.boolean(\'AuthCtrlr.Enabled\', true)) return',
  },
  {
    name: 'the next car pays', bug: 'a session outlives its cable', file: 'src/station/transactions/hardware-change.ts',
    search: '  if (stops || (drops && endsWithAuthorization(context.config.stopPoints))) {', replace: '  if (stops && endsWithAuthorization([]) && drops) {',
  },
  {
    name: 'nobody comes', bug: 'a card waits for its cable for ever', file: 'src/station/transactions/passing-time.ts',
    search: '    connectTimeout(draft);', replace: '    void connectTimeout;',
  },
  {
    name: 'switched off, but serving', bug: 'Inoperative is answered and not heeded', file: 'src/station/station.ts',
    search: '    return this.availability.stationOperative && !this.reset.outOfService(evse.id);', replace: '    return !this.reset.outOfService(evse.id);',
  },
  {
    name: 'a fault is no end', bug: 'a broken outlet keeps its transaction', file: 'src/station/transactions/hardware-change.ts',
    search: '  draft.endWhenStill({ trigger: \'AbnormalCondition\', reason, idToken: null });', replace: '  void reason;',
  },
  {
    name: 'status told once', bug: 'after an outage the CSMS keeps the status of before', file: 'src/station/availability/status.ts',
    search: '    this.lostMs = null;\n    this.refresh();', replace: '    this.lostMs = null;',
  },
];
