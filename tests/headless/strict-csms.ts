/** A CSMS of other people's making: npm's `ocpp-rpc` server, which checks every frame against the OCA's schemas. */
import { createRPCError, RPCServer } from 'ocpp-rpc';

export interface SeenCall { readonly action: string; readonly params: Record<string, unknown> }

export class StrictCsms {
  readonly calls: SeenCall[] = [];
  /** What the strict server found wrong. */
  readonly violations: string[] = [];
  connections = 0;
  private readonly server: RPCServer;
  url = '';

  constructor(private readonly protocol: 'ocpp2.0.1' | 'ocpp1.6') {
    this.server = new RPCServer({ protocols: [protocol], strictMode: true });
    this.server.on('client', (client) => {
      this.connections += 1;
      client.on('strictValidationFailure', (event: { error: { message: string } }) => void this.violations.push(event.error.message));
      client.handle(({ method, params }: { method: string; params: unknown }) => {
        this.calls.push({ action: method, params: params as Record<string, unknown> });
        return this.answer(method);
      });
    });
  }

  async listen(): Promise<this> {
    const http = await this.server.listen(0, '127.0.0.1');
    const address = http.address();
    if (address === null || typeof address === 'string') throw createRPCError('InternalError', 'no port');
    this.url = `ws://127.0.0.1:${address.port}/ocpp`;
    return this;
  }

  async close(): Promise<void> {
    await this.server.close({ force: true } as never);
  }

  of(action: string): SeenCall[] {
    return this.calls.filter((call) => call.action === action);
  }

  private answer(action: string): object {
    const currentTime = new Date().toISOString();
    switch (action) {
      case 'BootNotification': return { currentTime, interval: 300, status: 'Accepted' };
      case 'Heartbeat': return { currentTime };
      case 'Authorize': return this.protocol === 'ocpp1.6' ? { idTagInfo: { status: 'Accepted' } } : { idTokenInfo: { status: 'Accepted' } };
      case 'StartTransaction': return { transactionId: 77, idTagInfo: { status: 'Accepted' } };
      case 'TransactionEvent': case 'StopTransaction': case 'StatusNotification': case 'MeterValues': case 'NotifyEvent':
      case 'SecurityEventNotification': case 'NotifyReport': return {};
      default: throw createRPCError('NotImplemented', action);
    }
  }
}
