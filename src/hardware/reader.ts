/** The contract of whatever drivers show cards to. */
/** OCPP IdTokenEnumType of what readers read. `Local`: a number that no standard of OCPP's list describes, e.g. EM4100. */
export type CardType = 'ISO14443' | 'ISO15693' | 'Local';

/** A card as the standard writes it: hexadecimal in capitals, no separators. */
export interface PresentedCard {
  readonly idToken: string;
  readonly type: CardType;
}

/** Why a card that lies there is no identity. A screen has a sentence for each. */
export type CardRefusal =
  /** A phone or an anonymous card: another number each time. */
  | 'RandomUid'
  /** It was seen, but its number couldn't be read. */
  | 'Unreadable';

export interface ReaderState {
  readonly link: 'up' | 'down';
  readonly linkDetail?: string;
}

export interface ReaderListener {
  /** Once a card, however long it lies there. */
  onCard(card: PresentedCard): void;
  onRefused(why: CardRefusal): void;
  onState(state: ReaderState): void;
  /** For the technician's serial log. */
  onLine?(direction: 'in' | 'out', bytes: Uint8Array, decoded: string): void;
}

export interface ReaderFacts {
  readonly vendor: string;
  readonly model: string;
  readonly firmware?: string;
}

export interface TokenReader {
  /** Valid once the first state was `up`. */
  readonly facts: ReaderFacts;
  /** Resolves after the first answer, or without one after some seconds; keeps trying. */
  start(listener: ReaderListener): Promise<void>;
  stop(): Promise<void>;
  /** For the technician's bench. */
  technicianFacts(): readonly { readonly label: string; readonly value: string; readonly warn?: boolean }[];
  /** Tells whoever holds the card, where the reader has a light or a beeper. Never throws. */
  show?(decision: 'accepted' | 'rejected'): void;
}
