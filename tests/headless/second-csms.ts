/** A second CSMS of other people's making: npm's `ocpp-ts` server (1.6), which has its own idea of the schemas. */
import { createServer } from 'node:net';
import { OcppServer, type OcppClientConnection } from 'ocpp-ts';
import { KerbsideError } from '../../src/base/errors.ts';

type Payload = Record<string, unknown>;
/** The library's overloads know each action by name; a test asks by any. */
type AnyAction = (action: string, payload: Payload) => Promise<Payload>;
type Listen = (action: string, listener: (request: Payload, answer: (response: Payload) => void) => void) => void;

const ACTIONS = ['Authorize', 'BootNotification', 'DataTransfer', 'DiagnosticsStatusNotification', 'FirmwareStatusNotification', 'Heartbeat',
  'MeterValues', 'StartTransaction', 'StatusNotification', 'StopTransaction'];

export class SecondCsms {
  readonly calls: { readonly action: string; readonly payload: Payload }[] = [];
  url = '';
  private client: OcppClientConnection | null = null;

  async listen(): Promise<this> {
    const port = await freePort();
    const server = new OcppServer();
    server.on('connection', (client) => {
      this.client = client;
      const on = client.on.bind(client) as unknown as Listen;
      for (const action of ACTIONS) {
        on(action, (payload, answer) => {
          this.calls.push({ action, payload });
          answer(usual(action));
        });
      }
    });
    server.listen(port);
    this.url = `ws://127.0.0.1:${port}/ocpp`;
    return this;
  }

  of(action: string): Payload[] {
    return this.calls.filter((call) => call.action === action).map(({ payload }) => payload);
  }

  /** As the operator. Rejects with the library's own error on CALLERROR. */
  ask(action: string, payload: Payload): Promise<Payload> {
    const { client } = this;
    if (client === null) throw new KerbsideError('NotConnected', 'the station isn\'t there');
    return (client.callRequest.bind(client) as unknown as AnyAction)(action, payload);
  }
}

function usual(action: string): Payload {
  const currentTime = new Date().toISOString();
  switch (action) {
    case 'BootNotification': return { status: 'Accepted', currentTime, interval: 300 };
    case 'Heartbeat': return { currentTime };
    case 'Authorize': return { idTagInfo: { status: 'Accepted' } };
    case 'StartTransaction': return { transactionId: 4711, idTagInfo: { status: 'Accepted' } };
    case 'StopTransaction': return { idTagInfo: { status: 'Accepted' } };
    case 'DataTransfer': return { status: 'UnknownVendorId' };
    default: return {};
  }
}

/** The library listens where it is told and doesn't say where that is. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => (address !== null && typeof address === 'object' ? resolve(address.port) : reject(new KerbsideError('NoPort', 'no port'))));
    });
  });
}
