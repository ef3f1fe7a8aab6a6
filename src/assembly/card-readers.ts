/** The card readers of a hardware profile, at serial ports: what they read goes to the station, and its answer back to them. */
import { describeError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { CardRefusal, PresentedCard, TokenReader } from '../hardware/reader.ts';
import type { Buses } from '../hardware/serial/buses.ts';
import type { ReaderConfig } from '../link/hardware.ts';
import type { Clock } from '../platform/ports.ts';

export interface CardReadersDeps {
  readonly clock: Clock;
  readonly log: Log;
  /** null: this host has no serial ports. */
  readonly buses: Buses | null;
  /** `9600 8N1` of a port, where a set-up says so. */
  readonly lineOf: (portId: string) => string | undefined;
  readonly present: (card: PresentedCard, evseId: number | undefined) => Promise<{ readonly status: string }>;
  readonly refuse: (why: CardRefusal, evseId: number | undefined) => void;
}

interface Mounted { readonly reader: TokenReader; readonly evse: number | undefined }

export class CardReaders {
  private constructor(private readonly mounted: readonly Mounted[]) {}

  /** Resolves when they are set going; one that doesn't answer is looked for, and keeps nobody waiting. */
  static async start(configs: readonly ReaderConfig[], deps: CardReadersDeps): Promise<CardReaders> {
    const { buses, clock, log } = deps;
    const atPorts = configs.flatMap((config) => ('portId' in config ? [config] : []));
    if (atPorts.length === 0 || buses === null) return new CardReaders([]);
    const { createReader } = await import('../hardware/readers.ts');
    const mounted = atPorts.flatMap(({ kind, portId, evse }): Mounted[] => {
      try {
        const line = deps.lineOf(portId);
        const reader = createReader({ kind, portId, ...(line === undefined ? {} : { line }) }, { clock, log, buses });
        listen(reader, evse, deps);
        return [{ reader, evse }];
      } catch (error) {
        // Without a reader there are still app, PIN and CSMS.
        log('error', 'reader', describeError(error));
        return [];
      }
    });
    return new CardReaders(mounted);
  }

  /** Of the readers for this EVSE; those for all stand at the first. */
  facts(evseId: number): ReturnType<TokenReader['technicianFacts']> {
    return this.mounted.filter(({ evse }) => (evse ?? 1) === evseId).flatMap(({ reader }) => reader.technicianFacts());
  }

  async stop(): Promise<void> {
    await Promise.all(this.mounted.map(({ reader }) => reader.stop()));
  }
}

function listen(reader: TokenReader, evse: number | undefined, { log, present, refuse }: CardReadersDeps): void {
  reader.start({
    onCard: (card) => {
      present(card, evse).then(
        ({ status }) => reader.show?.(status === 'Accepted' ? 'accepted' : 'rejected'),
        (error: unknown) => {
          log('warn', 'reader', describeError(error));
          reader.show?.('rejected');
        },
      );
    },
    onRefused: (why) => {
      refuse(why, evse);
      reader.show?.('rejected');
    },
    onState: ({ link, linkDetail }) => log('info', 'reader', link === 'up' ? `the ${reader.facts.model} answers` : `the ${reader.facts.model} is away: ${linkDetail ?? ''}`),
    // Its bytes are card numbers: they go into no log.
  }).catch((error: unknown) => log('error', 'reader', describeError(error)));
}
