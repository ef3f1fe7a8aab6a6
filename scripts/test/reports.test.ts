import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sum, vitestTotals } from './reports.ts';

function report(value: unknown): string {
  const path = join(mkdtempSync(join(tmpdir(), 'kerbside-report-')), 'report.json');
  writeFileSync(path, typeof value === 'string' ? value : JSON.stringify(value));
  return path;
}

const passedFile = { name: 'a.test.ts', status: 'passed', assertionResults: [{ status: 'passed', fullName: 'a works' }] };
const failedFile = { name: 'b.test.ts', status: 'failed', assertionResults: [{ status: 'failed', fullName: 'b works' }] };
const brokenFile = { name: 'c.test.ts', status: 'failed', message: 'cannot resolve x\nstack', assertionResults: [] };

describe('totals of a test run', () => {
  it('counts what passed, failed and was skipped', () => {
    const totals = vitestTotals(report({ numPassedTests: 1, numFailedTests: 1, numPendingTests: 2, testResults: [passedFile, failedFile] }));
    expect(totals).toEqual({ passed: 1, failed: 1, skipped: 2, failures: ['b.test.ts: b works'] });
  });

  it('counts a file that never ran as a failure', () => {
    const totals = vitestTotals(report({ numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, testResults: [brokenFile] }));
    expect(totals).toMatchObject({ failed: 1, failures: ['c.test.ts: cannot resolve x'] });
  });

  it('counts a missing or torn report as a failure', () => {
    expect(vitestTotals('/nowhere/report.json').failed).toBe(1);
    expect(vitestTotals(report('{"numPassed')).failed).toBe(1);
  });

  it('adds up', () => {
    const one = { passed: 1, failed: 2, skipped: 3, failures: ['x'] };
    expect(sum([one, one])).toEqual({ passed: 2, failed: 4, skipped: 6, failures: ['x', 'x'] });
  });
});
