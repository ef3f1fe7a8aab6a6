import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { Gateway } from '../gateway.ts';
import { startGateway } from '../gateway.ts';
import { command } from './operator-commands.ts';
import { SandboxCsms } from './sandbox-csms.ts';

let gateway: Gateway;
let csms: SandboxCsms;
const open: WebSocket[] = [];

beforeEach(async () => {
  csms = new SandboxCsms({ callTimeoutMs: 300 });
  gateway = await startGateway({ appFolder: null, csms, port: 0 });
});
afterEach(async () => {
  for (const socket of open.splice(0)) socket.terminate();
  await gateway.close();
});

/** A station's side of the wire, with answers to the CSMS's calls given by the test. */
class Peer {
  private next = 0;
  readonly calls: [action: string, payload: unknown][] = [];
  answer: (action: string) => object | null = () => ({ status: 'Accepted' });

  constructor(readonly socket: WebSocket) {
    socket.on('message', (data: Buffer) => {
      const [type, id, action, payload] = JSON.parse(data.toString()) as [number, string, string, unknown];
      if (type !== 2) return;
      this.calls.push([action, payload]);
      const result = this.answer(action);
      if (result !== null) socket.send(JSON.stringify([3, id, result]));
    });
  }

  async say(text: string): Promise<unknown> {
    const reply = once(this.socket, 'message');
    this.socket.send(text);
    return JSON.parse(String((await reply)[0]));
  }

  async ask(action: string, payload: object): Promise<unknown> {
    const frame = (await this.say(JSON.stringify([2, String(++this.next), action, payload]))) as unknown[];
    return frame[0] === 3 ? frame[2] : frame;
  }
}

async function connect(protocols: string[], id = 'CP1', headers: Record<string, string> = {}): Promise<Peer> {
  const socket = new WebSocket(`${gateway.csmsUrl}/${id}`, protocols, { headers });
  open.push(socket);
  const peer = new Peer(socket);
  await once(socket, 'open');
  return peer;
}

const timestamp = '2026-01-01T00:00:00Z';
const event = (seqNo: number, eventType: string, wh: number, more: object = {}) => ({
  eventType, timestamp, triggerReason: 'MeterValuePeriodic', seqNo,
  transactionInfo: { transactionId: 'T1', chargingState: 'Charging' },
  meterValue: [{ timestamp, sampledValue: [{ value: wh }] }],
  ...more,
});

describe('sandbox CSMS', () => {
  it('speaks the first offered edition that it knows, and closes where there is none', async () => {
    expect((await connect(['ocpp2.1', 'ocpp1.6', 'ocpp2.0.1'])).socket.protocol).toBe('ocpp1.6');
    const stranger = new WebSocket(`${gateway.csmsUrl}/CP2`, ['ocpp2.1']);
    open.push(stranger);
    stranger.on('error', () => undefined);
    await new Promise((resolve) => stranger.on('close', resolve));
    expect(csms.stations().some((station) => station.id === 'CP2')).toBe(false);
  });

  it('takes a 2.0.1 session and prices it', async () => {
    const peer = await connect(['ocpp2.0.1']);
    expect(await peer.ask('BootNotification', { reason: 'PowerUp', chargingStation: { model: 'K', vendorName: 'V' } })).toMatchObject({ status: 'Accepted', interval: 60 });
    expect(await peer.ask('Authorize', { idToken: { idToken: 'demo-0001', type: 'ISO14443' } })).toMatchObject({ idTokenInfo: { status: 'Accepted', groupIdToken: { idToken: 'DEMO-FAMILY' } } });
    expect(await peer.ask('Authorize', { idToken: { idToken: 'NOBODY', type: 'ISO14443' } })).toMatchObject({ idTokenInfo: { status: 'Unknown' } });
    await peer.ask('TransactionEvent', event(0, 'Started', 1000, { evse: { id: 1 } }));
    expect(await peer.ask('TransactionEvent', event(1, 'Updated', 2000))).toMatchObject({ totalCost: 0.49 });
    await peer.ask('TransactionEvent', event(1, 'Updated', 2000, { offline: true }));
    expect(await peer.ask('TransactionEvent', event(2, 'Ended', 11_000))).toMatchObject({ totalCost: 4.9 });
    const { transactions, problems } = csms.books();
    expect(problems).toEqual([]);
    expect(transactions).toMatchObject([{ id: 'T1', evseId: 1, duplicates: 1, startWh: 1000, lastWh: 11_000 }]);
  });

  it('takes a 1.6 session and gives a resent start the same number', async () => {
    const peer = await connect(['ocpp1.6']);
    const start = { connectorId: 1, idTag: 'DEMO-0001', meterStart: 500, timestamp };
    const first = (await peer.ask('StartTransaction', start)) as { transactionId: number };
    expect(await peer.ask('StartTransaction', start)).toMatchObject({ transactionId: first.transactionId });
    const other = (await peer.ask('StartTransaction', { ...start, connectorId: 2 })) as { transactionId: number };
    expect(other.transactionId).not.toBe(first.transactionId);
    await peer.ask('MeterValues', { connectorId: 1, transactionId: first.transactionId, meterValue: [{ timestamp, sampledValue: [{ value: '900' }] }] });
    await peer.ask('StopTransaction', { transactionId: first.transactionId, meterStop: 1500, timestamp });
    expect(await peer.ask('Authorize', { idTag: 'NOBODY' })).toMatchObject({ idTagInfo: { status: 'Invalid' } });
    expect(csms.books().problems).toEqual([]);
    expect(csms.books().transactions[0]).toMatchObject({ duplicates: 1, startWh: 500, lastWh: 1500, stoppedReason: 'Local' });
  });

  it('answers what breaks the schema with an error and writes it down', async () => {
    const peer = await connect(['ocpp2.0.1']);
    expect(((await peer.ask('Heartbeat', { extra: 1 })) as unknown[]).slice(0, 3)).toEqual([4, '1', 'FormatViolation']);
    expect(((await peer.ask('Fly', {})) as unknown[]).slice(0, 3)).toEqual([4, '2', 'NotImplemented']);
    peer.socket.send('not json');
    peer.socket.send('[]');
    await peer.ask('Heartbeat', {});
    expect(csms.books().problems).toHaveLength(4);
  });

  it('asks one question at a time and gives up on a silent station', async () => {
    const peer = await connect(['ocpp2.0.1']);
    peer.answer = (action) => (action === 'ClearCache' ? null : { status: 'Accepted' });
    const silent = csms.call('CP1', 'ClearCache', {});
    const after = csms.call('CP1', 'Reset', { type: 'OnIdle' });
    await expect(silent).rejects.toMatchObject({ code: 'CallUnanswered' });
    expect(await after).toEqual({ status: 'Accepted' });
    peer.answer = () => ({ status: 'Perhaps' });
    await expect(csms.call('CP1', 'ClearCache', {})).rejects.toMatchObject({ code: 'InvalidAnswer' });
    await expect(csms.call('CP7', 'ClearCache', {})).rejects.toMatchObject({ code: 'StationOffline' });
  });

  it('goes away and comes back', async () => {
    const peer = await connect(['ocpp2.0.1']);
    const gone = once(peer.socket, 'close');
    csms.stop();
    await gone;
    const refused = new WebSocket(`${gateway.csmsUrl}/CP1`, ['ocpp2.0.1']);
    const [error] = (await once(refused, 'error')) as [Error];
    expect(error).toBeInstanceOf(Error);
    csms.start();
    expect(await (await connect(['ocpp2.0.1'])).ask('Heartbeat', {})).toHaveProperty('currentTime');
  });

  it('asks for the password it was given', async () => {
    csms.settings.password = 'secret';
    const refused = new WebSocket(`${gateway.csmsUrl}/CP1`, ['ocpp2.0.1']);
    const [error] = (await once(refused, 'error')) as [Error];
    expect(error.message).toContain('401');
    const Authorization = `Basic ${Buffer.from('CP1:secret').toString('base64')}`;
    expect((await connect(['ocpp2.0.1'], 'CP1', { Authorization })).socket.protocol).toBe('ocpp2.0.1');
  });

  it("puts the operator's orders into the words of the station's edition", async () => {
    const peers = [await connect(['ocpp2.0.1'], 'NEW'), await connect(['ocpp1.6'], 'OLD')];
    for (const peer of peers) peer.answer = (action) => ({ status: action === 'UnlockConnector' ? 'Unlocked' : 'Accepted' });
    for (const station of ['NEW', 'OLD']) {
      for (const what of ['remoteStart', 'operative', 'inoperative', 'reset', 'resetOnIdle', 'unlock', 'status'] as const) {
        await command(csms, { do: what, station, evse: 1 });
      }
      await expect(command(csms, { do: 'remoteStop', station, evse: 1 })).rejects.toMatchObject({ code: 'NoTransaction' });
    }
    expect(peers.map((peer) => peer.calls[0]?.[0])).toEqual(['RequestStartTransaction', 'RemoteStartTransaction']);
    expect(csms.books().problems).toEqual([]);
  });
});
