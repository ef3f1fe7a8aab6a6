/** Bugs on the way from the EVSE to the CSMS's books. */
import type { Mutation } from './mutation.ts';

export const DELIVERY: readonly Mutation[] = [
  {
    name: 'delete on send', bug: 'a message leaves the queue when it is sent, not when it is answered', file: 'src/station/outbox/lane.ts',
    search: `      const answer = await port.deliver(record.report, { offline });
      this.remove(record);
      this.events.answered(record, answer);`,
    replace: `      this.remove(record);
      this.events.answered(record, {});
      await port.deliver(record.report, { offline });`,
  },
  {
    name: 'lost queue on close', bug: 'what waits in memory is forgotten when the link goes', file: 'src/station/outbox/lane.ts',
    search: `  close(): void {
    this.port = null;`,
    replace: `  close(): void {
    this.queue = [];
    this.port = null;`,
  },
  {
    name: 'queue in memory only', bug: 'messages to send aren\'t written', file: 'src/station/outbox/outbox.ts',
    search: `    this.deps.journal.put('outbox', key(record.sequence), toStored(record));
    this.rememberTime(report);`,
    replace: '    this.rememberTime(report);',
  },
  {
    name: 'offline event dropped', bug: 'what happens without a link isn\'t queued', file: 'src/station/outbox/outbox.ts',
    search: '  add(report: QueuedReport): void {',
    replace: '  add(report: QueuedReport): void {\n    if (report.kind === \'transactionEvent\' && report.offline && report.eventType === \'Updated\') return;',
  },
  {
    name: 'sent again after a restart', bug: 'an answered message stays on the disk', file: 'src/station/outbox/outbox.ts',
    search: '        deps.journal.delete(\'outbox\', key(record.sequence));\n        this.onAnswer.emit',
    replace: '        this.onAnswer.emit',
  },
  {
    name: 'parked deleted', bug: 'what the CSMS keeps rejecting is thrown away', file: 'src/station/outbox/outbox.ts',
    search: '    this.deps.journal.put(\'parked\', key(record.sequence), toStored(record));',
    replace: '    this.parked.delete(record.sequence);',
  },
  {
    name: 'a failure is overtaken', bug: 'a message that failed goes to the end of its queue', file: 'src/station/outbox/lane.ts',
    search: '    this.events.failed(this.queue[current] ?? failed);',
    replace: '    this.events.failed(this.queue[current] ?? failed);\n    this.queue.push(...this.queue.splice(current, 1));',
  },
  {
    name: 'offline counts attempts', bug: 'a lost link is counted as a refusal, so messages are given up', file: 'src/station/outbox/lane.ts',
    search: '        if (this.port === port) this.port = null;\n        return;',
    replace: '        if (this.port === port) this.port = null;\n        return this.park(record, \'gone\');',
  },
  {
    name: 'guesses on the wire', bug: 'before the clock is known, the machine\'s own time is told as the truth', file: 'src/station/time.ts',
    search: 'return { wallMs: null, monotonicMs, run: this.memory.run, guessMs: this.newestGuessMs };',
    replace: 'return { wallMs: this.newestGuessMs, monotonicMs, run: this.memory.run };',
  },
  {
    name: 'time falls', bug: 'a clock that is corrected takes the books with it', file: 'src/station/time.ts',
    search: 'this.newestMs = Math.max(this.newestMs, Math.round(this.wallAt(monotonicMs)));',
    replace: 'this.newestMs = Math.round(this.wallAt(monotonicMs));',
  },
  {
    name: 'one connection attempt', bug: 'after a failed attempt nothing is tried again', file: 'src/csms/client.ts',
    search: '        this.down(explanation.code);\n        this.scheduleAttempt();',
    replace: '        this.down(explanation.code);\n        if (wasUp) this.scheduleAttempt();',
  },
  {
    name: 'one registration', bug: 'a BootNotification that isn\'t accepted isn\'t sent again', file: 'src/station/provisioning/boot.ts',
    search: '    this.stopTimer = this.deps.clock.after(retryS * 1000, () => void this.register());',
    replace: '    void retryS;',
  },
  {
    name: 'number forgotten too early', bug: '1.6: the transaction\'s number is dropped before its StopTransaction is answered', file: 'src/editions/v16/transactions.ts', edition: 'ocpp1.6',
    search: '  const { idTagInfo } = (await call(\'StopTransaction\', request)) as StopTransactionResponse;',
    replace: '  await memory.set(idKey(report.transactionId), undefined);\n  const { idTagInfo } = (await call(\'StopTransaction\', request)) as StopTransactionResponse;',
  },
  {
    name: 'number in memory only', bug: '1.6: the CSMS\'s number of a transaction isn\'t written', file: 'src/assembly/run.ts', edition: 'ocpp1.6',
    search: '        journal.put(\'meta\', prefix + key, value);', replace: '',
  },
];
