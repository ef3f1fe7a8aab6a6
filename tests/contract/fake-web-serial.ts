/**
 * Web Serial as Chromium does it (measured): streams that are replaced after an error the port survives, null after a
 * loss; the first write after a loss still resolves; close() works once and not while a stream is locked.
 */
export class FakeSerial extends EventTarget {
  ports: FakePort[] = [];

  plug(vendorId: number, productId: number): FakePort {
    const port = new FakePort(vendorId, productId);
    this.ports.push(port);
    this.dispatchEvent(new Event('connect'));
    return port;
  }

  unplug(port: FakePort): void {
    port.connected = false;
    port.loseStreams();
    this.ports = this.ports.filter((other) => other !== port);
    port.dispatchEvent(new Event('disconnect'));
    this.dispatchEvent(new Event('disconnect'));
  }

  replug(port: FakePort): void {
    port.connected = true;
    port.blocked = false;
    this.ports.push(port);
    this.dispatchEvent(new Event('connect'));
  }

  async getPorts(): Promise<FakePort[]> {
    return [...this.ports];
  }
}

export class FakePort extends EventTarget {
  connected = true;
  /** Opening fails: in use, no right, or hung up. */
  blocked = false;
  /** Whether setSignals works; on a pty it doesn't. */
  hasSignals = true;
  /** Whether the device takes what is written. */
  takesBytes = true;
  readable: ReadableStream<Uint8Array> | null = null;
  writable: WritableStream<Uint8Array> | null = null;
  readonly received: number[] = [];
  readonly calls: string[] = [];
  private isOpen = false;
  private lost = false;
  private source: ReadableStreamDefaultController<Uint8Array> | null = null;

  constructor(
    private readonly vendorId: number,
    private readonly productId: number,
  ) {
    super();
  }

  getInfo(): { usbVendorId?: number; usbProductId?: number } {
    return this.vendorId === 0 ? {} : { usbVendorId: this.vendorId, usbProductId: this.productId };
  }

  async open(options: object): Promise<void> {
    this.calls.push(`open ${JSON.stringify(options)}`);
    if (this.isOpen) throw new DOMException('The port is already open.', 'InvalidStateError');
    if (this.blocked || !this.connected) throw new DOMException('Failed to open serial port.', 'NetworkError');
    this.isOpen = true;
    this.lost = false;
    this.makeReadable();
    this.writable = new WritableStream<Uint8Array>({
      write: (bytes) => {
        if (!this.takesBytes) return new Promise<void>(() => undefined);
        if (!this.lost) this.received.push(...bytes);
        return undefined;
      },
    });
  }

  async setSignals(signals: object): Promise<void> {
    this.calls.push(`setSignals ${JSON.stringify(signals)}`);
    if (!this.hasSignals) throw new DOMException('Failed to set control signals.', 'NetworkError');
  }

  async close(): Promise<void> {
    this.calls.push('close');
    if (!this.isOpen) throw new DOMException('The port is already closed.', 'InvalidStateError');
    if (this.readable?.locked === true || this.writable?.locked === true) {
      throw new TypeError('Cannot cancel a locked stream');
    }
    this.isOpen = false;
    this.readable = null;
    this.writable = null;
    this.source = null;
  }

  send(bytes: Uint8Array): void {
    this.source?.enqueue(bytes);
  }

  /** An error of the line that the port survives. */
  disturb(name: string): void {
    const { source } = this;
    this.makeReadable();
    source?.error(new DOMException('line error', name));
  }

  /** The stream fails for good. */
  fail(name: string): void {
    this.readable = null;
    this.source?.error(new DOMException('it failed', name));
    this.source = null;
  }

  loseStreams(): void {
    if (!this.isOpen) return;
    this.lost = true;
    this.fail('NetworkError');
  }

  private makeReadable(): void {
    this.readable = new ReadableStream<Uint8Array>({ start: (controller) => void (this.source = controller) });
  }
}
