import type { AddressInfo } from 'node:net';
import { RPCServer } from 'ocpp-rpc';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RunningApp } from '../fixtures/running-app.ts';

/** A CSMS by other hands: ocpp-rpc, which checks every message of both sides against the schemas (strict mode). */
class ForeignCsms {
  readonly events: { readonly eventType: string; readonly seqNo: number }[] = [];
  readonly transactions: { readonly action: string }[] = [];
  readonly failures: string[] = [];
  private readonly server: RPCServer;

  constructor(protocol: 'ocpp2.0.1' | 'ocpp1.6') {
    this.server = new RPCServer({ protocols: [protocol], strictMode: true });
    this.server.auth((accept) => accept());
    this.server.on('client', (client) => {
      client.on('strictValidationFailure', (failure: { error: Error }) => this.failures.push(failure.error.message));
      client.handle('BootNotification', () => ({ currentTime: new Date().toISOString(), interval: 300, status: 'Accepted' }));
      client.handle('Heartbeat', () => ({ currentTime: new Date().toISOString() }));
      client.handle('Authorize', () => (protocol === 'ocpp1.6' ? { idTagInfo: { status: 'Accepted' } } : { idTokenInfo: { status: 'Accepted' } }));
      client.handle('TransactionEvent', ({ params }: { params: { eventType: string; seqNo: number } }) => {
        this.events.push({ eventType: params.eventType, seqNo: params.seqNo });
        return {};
      });
      client.handle('StartTransaction', () => {
        this.transactions.push({ action: 'StartTransaction' });
        return { transactionId: 77, idTagInfo: { status: 'Accepted' } };
      });
      client.handle('StopTransaction', () => {
        this.transactions.push({ action: 'StopTransaction' });
        return {};
      });
      for (const action of ['StatusNotification', 'MeterValues', 'NotifyReport', 'NotifyEvent', 'SecurityEventNotification']) client.handle(action, () => ({}));
      client.handle('DataTransfer', () => ({ status: 'UnknownVendorId' }));
    });
  }

  async listen(): Promise<string> {
    const http = await this.server.listen(0, '127.0.0.1');
    return `ws://127.0.0.1:${(http.address() as AddressInfo).port}`;
  }

  close(): Promise<void> {
    return this.server.close({ code: 1001, force: true });
  }
}

let app: RunningApp;
let csms: ForeignCsms;
beforeEach(async () => {
  app = await RunningApp.start();
});
afterEach(async () => {
  await app.close();
  await csms.close();
});

describe('a charge against a strict CSMS that nobody here wrote', () => {
  it.each(['ocpp2.0.1', 'ocpp1.6'] as const)('%s', async (protocol) => {
    csms = new ForeignCsms(protocol);
    const csmsUrl = await csms.listen();
    const station = app.remote(await app.openTab());
    await station.ready();
    await station.do('saveSetup', {
      identity: 'KERBSIDE-1', csmsUrl, securityProfile: 0, editions: ['ocpp2.0.1', 'ocpp1.6'], hardware: { kind: 'simulated', evses: 2 }, currency: 'EUR',
    });
    await station.until('booted elsewhere', (snapshot) => snapshot.csms.url.startsWith(csmsUrl) && snapshot.csms.boot === 'Accepted' && snapshot.csms.edition === protocol);
    await station.charge(1, 'ABCD1234');
    await station.finish(1, 'ABCD1234');
    const end = await station.until('outbox empty', (snapshot) => snapshot.books.queued === 0);
    expect(end.books.parked).toBe(0);
    expect(csms.failures).toEqual([]);
    if (protocol === 'ocpp1.6') {
      expect(csms.transactions.map(({ action }) => action)).toEqual(['StartTransaction', 'StopTransaction']);
    } else {
      expect(csms.events[0]?.eventType).toBe('Started');
      expect(csms.events.at(-1)?.eventType).toBe('Ended');
      expect(csms.events.map(({ seqNo }) => seqNo)).toEqual(csms.events.map((_, index) => index));
    }
  });
});
