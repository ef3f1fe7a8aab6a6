/** An open serial line over WebUSB. */
import { describeError } from '../../../base/errors.ts';
import type { Clock, SerialLine } from '../../ports.ts';
import { serialErrors } from '../../serial-errors.ts';
import { SerialLineEvents, type LostWhy } from '../../serial-line-events.ts';
import type { UsbChip, UsbPlace } from './chip.ts';

/** With one transfer at a time a chip's buffer runs over at 115200 Bd, and says nothing. */
const IN_FLIGHT = 8;
/** A device that answers nothing must not keep us from closing. */
const CLOSE_TIMEOUT_MS = 2000;
/** A line that stalls again and again is broken. */
const MOST_STALLS = 20;

export class UsbLine implements SerialLine {
  readonly onBytes: SerialLine['onBytes'];
  readonly onLost: SerialLine['onLost'];
  private readonly events = new SerialLineEvents();
  private closing: Promise<void> | null = null;
  private writing: Promise<unknown> = Promise.resolve();
  private stalls = 0;

  /** @param device open, its interfaces claimed, its chip configured */
  constructor(
    private readonly device: USBDevice,
    private readonly chip: UsbChip,
    private readonly place: UsbPlace,
    private readonly clock: Clock,
  ) {
    this.onBytes = this.events.onBytes;
    this.onLost = this.events.onLost;
    void this.read();
  }

  async write(bytes: Uint8Array): Promise<void> {
    // A copy: the caller may use its buffer again before the browser has read it.
    const copy = bytes.slice();
    const done = this.writing.then(() => this.send(copy));
    this.writing = done.catch(() => undefined);
    await done;
  }

  async close(): Promise<void> {
    this.closing ??= this.tidy(true);
    this.events.lose('closed', 'closed by the station');
    await this.closing;
  }

  /** Resolves once a line that was lost or closed has let go of its device; at once if it is neither. */
  async released(): Promise<void> {
    await this.closing;
  }

  /** The browser says that the device is gone. */
  unplugged(): void {
    this.lose('unplugged', 'disconnected');
  }

  private async send(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    if (this.closing !== null) throw serialErrors.lost('the line is closed');
    try {
      for (let sent = 0; sent < bytes.length; ) {
        const { status, bytesWritten } = await this.device.transferOut(this.place.endpointOut, bytes.subarray(sent));
        if (status === 'stall') await this.device.clearHalt('out', this.place.endpointOut);
        if (status !== 'ok') throw serialErrors.lost(`the adapter didn't take the bytes: ${status}`);
        sent += bytesWritten;
      }
    } catch (error) {
      this.lose(whyOf(error), error);
      throw serialErrors.lost(describeError(error), error);
    }
  }

  /** Several packets are asked for at once, and taken in the order in which they were asked for. */
  private async read(): Promise<void> {
    const { endpointIn, packetBytes } = this.place;
    const ask = (): Promise<USBInTransferResult> => {
      const asked = this.device.transferIn(endpointIn, packetBytes);
      asked.catch(() => undefined); // told when its turn comes
      return asked;
    };
    let queue = Array.from({ length: IN_FLIGHT }, ask);
    try {
      while (this.closing === null) {
        const { status, data } = await (queue.shift() ?? ask());
        if (this.closing !== null) return;
        if (status === 'babble') return this.lose('failed', 'the adapter sent more than a packet holds');
        if (status === 'stall') {
          this.stalls += 1;
          if (this.stalls > MOST_STALLS) return this.lose('failed', 'the adapter stalls again and again');
          await Promise.allSettled(queue);
          await this.device.clearHalt('in', endpointIn);
          queue = Array.from({ length: IN_FLIGHT }, ask);
          continue;
        }
        queue.push(ask());
        if (data === undefined) continue;
        const payload = this.chip.payload(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
        if (payload.length === 0) continue;
        this.stalls = 0;
        this.events.receive(payload.slice());
      }
    } catch (error) {
      this.lose(whyOf(error), error);
    }
  }

  private lose(why: LostWhy, error: unknown): void {
    if (this.closing !== null) return;
    this.closing = this.tidy(false);
    this.events.lose(why, typeof error === 'string' ? error : `${nameOf(error)}: ${describeError(error)}`);
  }

  /** @param polite the adapter is still there, and is told */
  private async tidy(polite: boolean): Promise<void> {
    await Promise.resolve(); // `closing` is set before anything here runs
    const { device, place, chip } = this;
    const work = async (): Promise<void> => {
      if (polite) await this.writing;
      if (polite) await chip.shutDown?.(device, place).catch(() => undefined);
      for (const claimed of place.claims) await device.releaseInterface(claimed).catch(() => undefined);
      // Ends what is in flight as well.
      await device.close().catch(() => undefined);
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

function whyOf(error: unknown): LostWhy {
  return nameOf(error) === 'NetworkError' || nameOf(error) === 'NotFoundError' ? 'unplugged' : 'failed';
}

function nameOf(error: unknown): string {
  return error instanceof Error || error instanceof DOMException ? error.name : '';
}
