/** What the screens get from `main.ts`, which alone may touch the browser. */
import { getContext, setContext } from 'svelte';
import type { StationClient } from '../link/client.ts';
import type { StationCommands } from '../link/commands.ts';

/** Reads aloud, where the browser has a voice for the language. */
export interface Voice {
  readonly speaks: (tag: string) => boolean;
  /** Instead of what is being said. */
  readonly speak: (text: string, tag: string) => void;
  readonly stop: () => void;
}

export interface AppContext {
  readonly client: StationClient;
  readonly commands: StationCommands;
  readonly every: (ms: number, callback: () => void) => () => void;
  readonly monotonicMs: () => number;
  /** Answers false if nothing was chosen; only in answer to a click. */
  readonly requestSerialPort: () => Promise<boolean>;
  /** The same over WebUSB, where Web Serial is missing or doesn't see the adapter (Android); null: this browser has none. */
  readonly requestUsbDevice: (() => Promise<boolean>) | null;
  /** Offers a text to be kept as a file. */
  readonly saveFile: (name: string, text: string) => void;
  /** To the technician's view. */
  readonly openTechnician: () => void;
  readonly reload: () => void;
  /** Hands the technician a file. */
  readonly download: (name: string, type: string, content: Uint8Array<ArrayBuffer> | string) => void;
  readonly voice: Voice;
  /** Of the panel, in CSS pixels. */
  readonly diagonalPx: () => number;
  /** A small memory of this screen (language, text size); never of the station. Null: forget it. */
  readonly remember: (key: string, value: string | null) => void;
  readonly recall: (key: string) => string | null;
}

const KEY = Symbol('kerbside');

export function provideApp(app: AppContext): void {
  setContext(KEY, app);
}

export function useApp(): AppContext {
  return getContext<AppContext>(KEY);
}
