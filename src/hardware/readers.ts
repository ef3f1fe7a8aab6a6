/** Makes the driver for a card reader at a serial port, as a set-up names it. */
import { KerbsideError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { Clock } from '../platform/ports.ts';
import { pn532 } from './drivers/readers/pn532.ts';
import { rdm6300 } from './drivers/readers/rdm6300.ts';
import { SerialReader, type ReaderModel } from './drivers/readers/serial-reader.ts';
import { twn4 } from './drivers/readers/twn4.ts';
import type { TokenReader } from './reader.ts';
import { parseSettings, type Buses } from './serial/buses.ts';

const MODELS: Readonly<Record<string, () => ReaderModel>> = { pn532, rdm6300, twn4 };

/** Undefined: no such reader. */
export function readerModel(name: string): ReaderModel | undefined {
  return Object.hasOwn(MODELS, name) ? MODELS[name]?.() : undefined;
}

/** @throws KerbsideError `UnknownReader` | `BadLineSettings` | `SettingsDisagree` */
export function createReader(config: { readonly kind: string; readonly portId: string; readonly line?: string }, deps: {
  readonly clock: Clock; readonly log: Log; readonly buses: Buses;
}): TokenReader {
  const { clock, log, buses } = deps;
  const model = readerModel(config.kind);
  if (model === undefined) throw new KerbsideError('UnknownReader', `no driver for ${config.kind}`, 'There is no driver for this reader.');
  return new SerialReader({ clock, log, model, lease: buses.lease(config.portId, config.line === undefined ? model.line : parseSettings(config.line)) });
}
