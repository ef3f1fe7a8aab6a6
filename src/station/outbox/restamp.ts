/** Gives a report its final times once the clock is known. */
import type { Report } from '../reports.ts';
import type { MeterValue, Timestamp } from '../types.ts';

/** The same object when nothing had to change. */
export function restamp(report: Report, resolve: (timestamp: Timestamp) => Timestamp): Report {
  switch (report.kind) {
    case 'transactionEvent': {
      const stamped = stampedTime(report, resolve);
      return report.meterValues === undefined ? stamped : withValues(stamped, stamped.meterValues ?? [], resolve);
    }
    case 'meterValues': return withValues(report, report.meterValues, resolve);
    case 'status': case 'securityEvent': case 'localListConflict': return stampedTime(report, resolve);
    case 'notifyEvent': {
      const events = report.events.map((event) => stampedTime(event, resolve));
      return events.every((event, index) => event === report.events[index]) ? report : { ...report, events };
    }
    default: return report;
  }
}

function stampedTime<R extends { readonly timestamp: Timestamp }>(report: R, resolve: (timestamp: Timestamp) => Timestamp): R {
  const timestamp = resolve(report.timestamp);
  return timestamp === report.timestamp ? report : { ...report, timestamp };
}

function withValues<R extends { readonly meterValues?: readonly MeterValue[] }>(
  report: R, values: readonly MeterValue[], resolve: (timestamp: Timestamp) => Timestamp,
): R {
  const stamped = values.map((value) => stampedTime(value, resolve));
  return stamped.every((value, index) => value === values[index]) ? report : { ...report, meterValues: stamped };
}
