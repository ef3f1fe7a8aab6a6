/** Card readers before they are set up: who answers at a port, and whether a card is read. */
import type { Log } from '../../base/log.ts';
import { createReader, readerModel } from '../readers.ts';
import type { CardRefusal, PresentedCard, ReaderState } from '../reader.ts';
import { Buses, parseSettings } from '../serial/buses.ts';
import { opened } from '../serial/opened.ts';
import type { Found, ProbeDeps } from './probe.ts';

/** Those that answer when asked; an RDM6300 only talks when a card comes. First who would take another's question for the start of a line. */
const ANSWERING = ['twn4', 'pn532'] as const;

/** @throws KerbsideError `PortBusy` | `PortGone` | `PortRefused` */
export async function probeReaders({ serial, clock }: ProbeDeps, portId: string, line: string): Promise<Found[]> {
  for (const kind of ANSWERING) {
    const model = readerModel(kind);
    if (model?.begin === undefined) continue;
    const lease = new Buses(clock, serial).lease(portId, parseSettings(line));
    try {
      await opened(lease.bus);
      const facts = { ...model.facts, ...(await model.begin(lease.bus)) };
      return [{ kind: 'reader', model: kind, label: `${facts.vendor} ${facts.model}`, line }];
    } catch (error) {
      if (!lease.bus.state.up) throw error;
    } finally {
      await lease.release();
    }
  }
  return [];
}

export type CardSeen = { readonly kind: 'card'; readonly card: PresentedCard } | { readonly kind: 'refused'; readonly why: CardRefusal } | { readonly kind: 'none'; readonly state: ReaderState };

/** Waits for a card, as the reader's own driver reads it. @throws KerbsideError `UnknownReader` | `BadLineSettings` */
export async function awaitCard({ serial, clock }: ProbeDeps, config: { readonly kind: string; readonly portId: string; readonly line?: string }, within: { readonly ms: number; readonly log: Log }): Promise<CardSeen> {
  const reader = createReader(config, { clock, log: within.log, buses: new Buses(clock, serial) });
  let state: ReaderState = { link: 'down' };
  try {
    return await new Promise<CardSeen>((resolve, reject) => {
      clock.after(within.ms, () => resolve({ kind: 'none', state }));
      reader.start({
        onCard: (card) => resolve({ kind: 'card', card }),
        onRefused: (why) => resolve({ kind: 'refused', why }),
        onState: (next) => (state = next),
      }).catch(reject);
    });
  } finally {
    await reader.stop();
  }
}
