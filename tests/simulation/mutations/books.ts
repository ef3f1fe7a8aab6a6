/** Bugs in what is written, and when. */
import type { Mutation } from './mutation.ts';

export const BOOKS: readonly Mutation[] = [
  {
    name: 'forgotten fsync', bug: 'nobody waits for the disk', file: 'src/station/journal.ts',
    search: '    if (this.pending.length === 0 && this.running === null) return Promise.resolve();',
    replace: '    if (this.pending.length >= 0) return Promise.resolve();',
  },
  {
    name: 'energy before the book', bug: 'the contactor closes before the record that allows it is on the disk', file: 'src/station/evse.ts',
    search: '    if (wanted.energise) {\n      await this.deps.journal.durable();',
    replace: '    if (wanted.energise) {',
  },
  {
    name: 'failed write forgotten', bug: 'what a full disk refuses isn\'t tried again', file: 'src/station/journal.ts',
    search: '        await new Promise<void>((resolve) => void this.clock.after(RETRY_AFTER_MS, resolve));',
    replace: '        await new Promise<void>((resolve) => void this.clock.after(RETRY_AFTER_MS, resolve));\n        return;',
  },
  {
    name: 'seqNo off by one', bug: 'after a restart a number is left out', file: 'src/station/transactions/draft.ts',
    search: '    tx.seqNo += 1;',
    replace: '    tx.seqNo += tx.resumedMs !== null && eventType === \'Updated\' && tx.tokenReported && trigger === \'ChargingStateChanged\' ? 2 : 1;', edition: 'ocpp2.0.1',
  },
  {
    name: 'seqNo not written', bug: 'the next number is in memory only', file: 'src/station/transactions/same-facts.ts', edition: 'ocpp2.0.1',
    search: 'const VOLATILE = new Set([\'chargingSinceMs\',',
    replace: 'const VOLATILE = new Set([\'seqNo\', \'chargingSinceMs\',',
  },
  {
    name: 'transaction forgotten at a restart', bug: 'a running transaction isn\'t taken up again', file: 'src/station/transactions/state.ts',
    search: '  const record = { ...freshRecord(evseId), ...(stored as Partial<EvseRecord>) };',
    replace: '  const record = { ...freshRecord(evseId), ...(stored as Partial<EvseRecord>), transaction: null };',
  },
  {
    name: 'doubled resume', bug: 'a resumed transaction is told as another one', file: 'src/station/transactions/machine.ts',
    search: '        tx.resumedMs = context.nowMs;',
    replace: '        tx.resumedMs = context.nowMs;\n        draft.adopt({ ...tx, id: context.newTransactionId() });',
  },
  {
    name: 'availability not written', bug: 'a station that was switched off is back after a power cut', file: 'src/station/availability/availability.ts',
    search: '    this.journal.put(\'meta\', KEY, operational);', replace: '    void this.journal;',
  },
  {
    name: 'reservation not written', bug: 'a reservation is gone after a power cut', file: 'src/station/reservation/reservations.ts',
    search: '    this.deps.journal.put(\'reservations\', String(reservation.id), reservation as unknown as Stored);', replace: '    void (reservation as unknown as Stored);',
  },
  {
    name: 'profile not written', bug: 'a charging profile is gone after a power cut', file: 'src/station/smart-charging/book.ts',
    search: '    this.journal.put(\'chargingProfiles\', keyOf(entry), entry as unknown as Stored);', replace: '    void (entry as unknown as Stored);',
  },
  {
    name: 'register told before it is saved', bug: 'a power cut takes Wh back that were told already', file: 'src/hardware/drivers/simulated/durable-reports.ts', hardware: 'simulated',
    search: '        const saved = await this.memory.save(save).then(() => true, () => false);',
    replace: '        void this.memory.save(save).then(() => true, () => false);\n        const saved = true;',
  },
];
