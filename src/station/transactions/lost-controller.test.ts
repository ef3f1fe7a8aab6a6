import { expect, it } from 'vitest';
import { freshRecord } from './state.ts';
import { next, type EvseEvent } from './machine.ts';
import type { StepContext } from './context.ts';
import type { ChargerState } from '../../hardware/charger.ts';
import type { TransactionEventReport } from '../reports.ts';

const TOKEN = { value: 'CARD0001', type: 'ISO14443' };

/** A session that charges at a controller that can be lost. */
class Session {
  record = freshRecord(1);
  readonly reports: TransactionEventReport[] = [];
  mayFlow = false;
  private nowMs = 0;
  private link: 'up' | 'down' = 'up';
  private wh = 1000;

  send(event: EvseEvent): void {
    const step = next(this.record, event, this.context());
    this.record = step.record;
    this.reports.push(...step.reports);
  }

  hardware(link: 'up' | 'down', contactorClosed: boolean, wh: number): void {
    this.link = link;
    this.wh = wh;
    const connectors: ChargerState['connectors'] = [{ id: 1, pilot: 'C', plugged: true, locked: false, faults: [] }];
    this.send({ type: 'hardware', faulted: link === 'down', state: { link, contactorClosed, faults: [], phasesInUse: null, bayOccupied: null, connectors, meter: this.reading } });
  }

  authorize(): void {
    this.send({ type: 'authorized', trigger: 'Authorized', authorization: {
      idToken: TOKEN, groupIdToken: null, by: 'csms', remoteStartId: null, reservationId: null, floating: false, personalMessage: null, connectDeadlineMs: null, extensionsLeft: 0,
    } });
  }

  pass(ms: number): void {
    this.nowMs += ms;
    this.send({ type: 'tick' });
  }

  private get reading(): ChargerState['meter'] {
    return { atMonotonicMs: this.nowMs, energyImportWh: this.wh, powerW: 0, currentA: [], voltageV: [] };
  }

  private context(): StepContext {
    return {
      nowMs: this.nowMs, stamp: { wallMs: this.nowMs, monotonicMs: this.nowMs, run: 1 }, reading: this.reading, phasesInUse: null, online: true,
      reachable: this.link === 'up', mayFlow: this.mayFlow, withheld: false, signaturePending: false, newTransactionId: () => 'tx', meterValue: () => null,
      config: {
        startPoints: ['PowerPathClosed'], stopPoints: ['EVConnected', 'Authorized'], connectTimeoutMs: 60_000, stopOnInvalidId: true, maxEnergyOnInvalidIdWh: null,
        stopOnEvSideDisconnect: true, unlockOnEvSideDisconnect: true, signsReadings: false, cardTimeoutMs: 60_000,
        sharedIntervals: false,
      },
    };
  }
}

function stoppedOutOfReach(): Session {
  const session = new Session();
  session.hardware('up', false, 1000);
  session.authorize();
  session.hardware('up', true, 1010);
  session.hardware('down', true, 1010);
  session.send({ type: 'stop', trigger: 'StopAuthorized', reason: 'Local', idToken: TOKEN });
  return session;
}

it('a controller that is lost while its session ends is waited for: what it metered until its watchdog stopped the car is billed', () => {
  const session = stoppedOutOfReach();
  session.pass(60_000);
  expect(session.reports.at(-1)?.eventType).toBe('Updated');
  session.hardware('up', false, 1025);
  expect(session.reports.at(-1)).toMatchObject({ eventType: 'Ended', registerWh: 1025, stoppedReason: 'Local' });
});

it('but not for ever', () => {
  const session = stoppedOutOfReach();
  session.pass(400_000);
  expect(session.reports.at(-1)).toMatchObject({ eventType: 'Ended', registerWh: 1010 });
});

it('a session that ends just after energy was offered waits for a reading from after it was taken back', () => {
  const session = new Session();
  session.hardware('up', false, 1000);
  session.authorize();
  session.mayFlow = true; // offered, and the box is asked only every other second
  session.send({ type: 'stop', trigger: 'RemoteStop', reason: 'Remote', idToken: null });
  expect(session.reports.at(-1)?.eventType).toBe('Started');
  session.hardware('up', true, 1003); // it had closed by then
  session.mayFlow = false;
  session.hardware('up', false, 1006);
  expect(session.reports.at(-1)).toMatchObject({ eventType: 'Ended', registerWh: 1006, stoppedReason: 'Remote' });
});
