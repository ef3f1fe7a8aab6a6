import { describeError } from '../../base/errors.ts';
import type { Clock, SerialLine } from '../ports.ts';
import { serialErrors } from '../serial-errors.ts';
import { SerialLineEvents, type LostWhy } from '../serial-line-events.ts';

/** After these the browser puts a new stream in place of the failed one, and the line goes on. */
const SURVIVABLE = new Set(['BufferOverrunError', 'BreakError', 'FramingError', 'ParityError']);
/** A stream that a driver doesn't let go of must not keep us from closing. */
const CLOSE_TIMEOUT_MS = 2000;

/** An open port of Web Serial. */
export class WebSerialLine implements SerialLine {
  readonly onBytes: SerialLine['onBytes'];
  readonly onLost: SerialLine['onLost'];
  private readonly events = new SerialLineEvents();
  private reader: ReadableStreamDefaultReader<Uint8Array> | null = null;
  private writer: WritableStreamDefaultWriter<Uint8Array> | null;
  private closing: Promise<void> | null = null;
  private readonly reading: Promise<void>;

  /** @param port open, with both streams */
  constructor(
    private readonly port: SerialPort,
    private readonly clock: Clock,
  ) {
    this.onBytes = this.events.onBytes;
    this.onLost = this.events.onLost;
    this.writer = port.writable?.getWriter() ?? null;
    this.writer?.closed.catch(() => undefined);
    port.addEventListener('disconnect', this.disconnected);
    this.reading = this.read();
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (this.writer === null || this.events.isLost) throw serialErrors.lost('the line is closed');
    try {
      // A copy: the caller may use its buffer again before the browser has read it.
      await this.writer.write(bytes.slice());
    } catch (error) {
      this.lose(nameOf(error) === 'NetworkError' ? 'unplugged' : 'failed', error);
      throw serialErrors.lost(describeError(error), error);
    }
  }

  async close(): Promise<void> {
    this.closing ??= this.tidy();
    this.events.lose('closed', 'closed by the station');
    await this.closing;
  }

  /** Resolves once a line that was lost or closed has let go of its port; at once if it is neither. */
  async released(): Promise<void> {
    await this.closing;
  }

  private readonly disconnected = (): void => this.lose('unplugged', 'disconnected');

  private async read(): Promise<void> {
    // `readable` is a new stream after each error that the line survives, and null once the device is lost.
    while (this.closing === null && this.port.readable !== null) {
      const reader = this.port.readable.getReader();
      this.reader = reader;
      try {
        for (;;) {
          const { value, done } = await reader.read();
          if (done) return this.lose('failed', 'the stream ended');
          this.events.receive(value);
        }
      } catch (error) {
        if (!SURVIVABLE.has(nameOf(error))) {
          return this.lose(nameOf(error) === 'NetworkError' ? 'unplugged' : 'failed', error);
        }
      } finally {
        this.reader = null;
        reader.releaseLock();
      }
    }
    if (this.closing === null) this.lose('unplugged', 'the device has been lost');
  }

  private lose(why: LostWhy, error: unknown): void {
    if (this.closing !== null) return;
    this.closing = this.tidy();
    this.events.lose(why, typeof error === 'string' ? error : `${nameOf(error)}: ${describeError(error)}`);
  }

  /** Streams first, then the port: `close()` refuses while one of them is locked. It may be called only once. */
  private async tidy(): Promise<void> {
    await Promise.resolve(); // `closing` is set before anything here runs
    this.port.removeEventListener('disconnect', this.disconnected);
    const { writer } = this;
    this.writer = null;
    const work = async (): Promise<void> => {
      await this.reader?.cancel().catch(() => undefined);
      await this.reading.catch(() => undefined);
      // Abort, not close: bytes that the device doesn't take would hold up closing for ever.
      await writer?.abort().catch(() => undefined);
      writer?.releaseLock();
      await this.port.close().catch(() => undefined);
    };
    await new Promise<void>((resolve) => {
      const stop = this.clock.after(CLOSE_TIMEOUT_MS, resolve);
      void work().finally(() => {
        stop();
        resolve();
      });
    });
  }
}

function nameOf(error: unknown): string {
  return error instanceof Error || error instanceof DOMException ? error.name : '';
}
