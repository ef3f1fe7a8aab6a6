/**
 * What went over the lines lately, byte by byte, for whoever must find out later why something happened: a ring of bounded
 * size, taken along as text, one JSON object a line, and played again in a test.
 */
import { KerbsideError } from '../../base/errors.ts';
import type { Clock, SerialLine, SerialPortInfo, SerialPorts, SerialSettings } from '../../platform/ports.ts';
import { describeSettings } from './line-settings.ts';

export type RecordedEvent =
  | { readonly atMs: number; readonly port: string; readonly in: string }
  | { readonly atMs: number; readonly port: string; readonly out: string }
  | { readonly atMs: number; readonly port: string; readonly event: 'open'; readonly line: string }
  | { readonly atMs: number; readonly port: string; readonly event: 'refused' | 'lost'; readonly why: string };

const FORMAT = 1;
/** A quarter of a megabyte of text: some minutes of four Modbus devices, or an hour of an OpenEVSE. */
const MOST_CHARACTERS = 256_000;
/** What each entry weighs beside its bytes. */
const OVERHEAD = 40;

export class SerialRecorder {
  private events: RecordedEvent[] = [];
  private characters = 0;
  private dropped = 0;

  constructor(private readonly clock: Clock, private readonly mostCharacters = MOST_CHARACTERS) {}

  get all(): readonly RecordedEvent[] {
    return this.events;
  }

  /** Ports whose lines are recorded. */
  over(ports: SerialPorts): SerialPorts {
    return {
      onChange: ports.onChange,
      list: (): Promise<SerialPortInfo[]> => ports.list(),
      open: async (port, settings) => this.open(ports, port, settings),
    };
  }

  /** With a first line that says when it was: times count from the start of the host, ms. */
  text(): string {
    const head = { kerbsideSerialRecording: FORMAT, takenAtMs: Math.round(this.clock.monotonicMs()), takenAtWallMs: Math.round(this.clock.wallMs()), dropped: this.dropped };
    return [head, ...this.events].map((line) => JSON.stringify(line)).join('\n') + '\n';
  }

  private async open(ports: SerialPorts, port: string, settings: SerialSettings): Promise<SerialLine> {
    try {
      const line = await ports.open(port, settings);
      this.add({ ...this.head(port), event: 'open', line: describeSettings(settings) });
      line.onLost((why, detail) => this.add({ ...this.head(port), event: 'lost', why: `${why}: ${detail}` }));
      return this.tapped(line, port);
    } catch (error) {
      this.add({ ...this.head(port), event: 'refused', why: error instanceof KerbsideError ? error.code : 'failed' });
      throw error;
    }
  }

  /** Bytes are written down when they are heard: they aren't taken from the line before its user listens. */
  private tapped(line: SerialLine, port: string): SerialLine {
    return {
      onLost: line.onLost,
      onBytes: (listener) => line.onBytes((bytes) => {
        this.add({ ...this.head(port), in: hex(bytes) });
        listener(bytes);
      }),
      write: (bytes) => {
        this.add({ ...this.head(port), out: hex(bytes) });
        return line.write(bytes);
      },
      close: () => line.close(),
    };
  }

  private head(port: string): { readonly atMs: number; readonly port: string } {
    return { atMs: Math.round(this.clock.monotonicMs()), port };
  }

  private add(event: RecordedEvent): void {
    this.events.push(event);
    this.characters += weight(event);
    let first = 0;
    while (this.characters > this.mostCharacters && first < this.events.length - 1) this.characters -= weight(this.events[first++] as RecordedEvent);
    if (first > 0) this.events = this.events.slice(first);
    this.dropped += first;
  }
}

/** @throws KerbsideError `BadRecording` */
export function parseRecording(text: string): RecordedEvent[] {
  const [head = '', ...lines] = text.split('\n').filter((line) => line !== '');
  if (field(head, 'kerbsideSerialRecording') !== FORMAT) throw bad('it doesn\'t begin like one');
  return lines.map((line) => {
    const event = JSON.parse(line) as RecordedEvent;
    if (typeof event.atMs !== 'number' || typeof event.port !== 'string') throw bad(line);
    return event;
  });
}

export function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text.split(' ').filter((pair) => pair !== ''), (pair) => Number.parseInt(pair, 16));
}

function field(line: string, name: string): unknown {
  try {
    return (JSON.parse(line) as Record<string, unknown>)[name];
  } catch {
    return undefined;
  }
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}

function weight(event: RecordedEvent): number {
  return OVERHEAD + ('in' in event ? event.in.length : 'out' in event ? event.out.length : 20);
}

function bad(why: string): KerbsideError {
  return new KerbsideError('BadRecording', why, 'This is no recording of a serial line.');
}
