/** A CSMS that costs as little as it can, so that the stations are what is measured: every client talks to this one. */
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';

export class BenchCsms {
  calls = 0;
  private readonly server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false, handleProtocols: () => 'ocpp2.0.1' });
  private booted: ((atMs: number) => void) | null = null;

  constructor() {
    this.server.on('connection', (socket) => {
      socket.on('error', () => undefined); // stations get killed here
      socket.on('message', (data: Buffer) => {
        const [type, id, action] = JSON.parse(data.toString()) as readonly [number, string, string];
        if (type !== 2) return;
        this.calls += 1;
        if (action === 'BootNotification') this.booted?.(performance.now());
        socket.send(JSON.stringify([3, id, answer(action)]));
      });
    });
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.server.address() as AddressInfo).port}/ocpp`;
  }

  /** When the next BootNotification came in, on this process's clock, ms. */
  nextBoot(): Promise<number> {
    return new Promise((resolve) => {
      this.booted = resolve;
    });
  }

  close(): void {
    for (const socket of this.server.clients) socket.terminate();
    this.server.close();
  }
}

function answer(action: string): object {
  const currentTime = new Date().toISOString();
  switch (action) {
    case 'BootNotification': return { currentTime, interval: 300, status: 'Accepted' };
    case 'Heartbeat': return { currentTime };
    case 'Authorize': return { idTokenInfo: { status: 'Accepted' } };
    default: return {};
  }
}
