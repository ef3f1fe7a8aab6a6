/** The station's worker: composition only. */
import { expose } from 'comlink';
import { CommandService } from '../src/assembly/command-service.ts';
import { failureOf, TabStation } from '../src/assembly/tab-station.ts';
import { STATION_CHANNEL, type ChannelMessage, type CommandFailure, type StationCommands } from '../src/link/commands.ts';
import { BrowserFirmware } from '../src/platform/browser/cached-firmware.ts';
import { BrowserClock } from '../src/platform/browser/browser-clock.ts';
import { BrowserKeys } from '../src/platform/browser/browser-keys.ts';
import { BrowserLock } from '../src/platform/browser/browser-lock.ts';
import { BrowserNetwork } from '../src/platform/browser/browser-network.ts';
import { browserRandom } from '../src/platform/browser/browser-random.ts';
import { browserPorts } from '../src/platform/browser/browser-ports.ts';
import { fetchDefaultSetup } from '../src/platform/browser/default-setup.ts';
import { IndexedDbStore } from '../src/platform/browser/indexed-db-store.ts';
import { FetchHttp } from '../src/platform/fetch-http.ts';
import { watchClockGaps } from '../src/platform/clock-gap.ts';
import { SwitchableNetwork } from '../src/platform/switchable-network.ts';
import { LazyX509 } from '../src/platform/x509/lazy-x509.ts';

const clock = new BrowserClock();
const random = browserRandom;
const channel = new BroadcastChannel(STATION_CHANNEL);
const network = new SwitchableNetwork(new BrowserNetwork(clock), clock);

const tab: TabStation = new TabStation({
  lock: new BrowserLock(),
  clock,
  random,
  channel: {
    post: (message) => channel.postMessage(message),
    onMessage: (listener) => channel.addEventListener('message', (event: MessageEvent<ChannelMessage>) => listener(event.data)),
  },
  createService: async () => new CommandService({
    ports: {
      clock, random, network, http: new FetchHttp(), crypto: self.crypto,
      x509: new LazyX509(self.crypto), keys: new BrowserKeys(self.crypto), firmware: BrowserFirmware.available() ? new BrowserFirmware(self.crypto, () => channel.postMessage({ type: 'reload' } satisfies ChannelMessage)) : null,
      store: await IndexedDbStore.open({ onTakenOver: () => void tab.resign('a newer version of the app has opened the books') }),
      serial: browserPorts(clock),
    },
    network,
    defaultSetup: fetchDefaultSetup,
    watchGaps: (onGap) => watchClockGaps(clock, onGap),
    requestPersistence: async () => null, // only a page can ask; see start-station.ts
  }),
  onFailure: (why) => self.postMessage({ stationFailure: why }),
});

export type CallResult = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly failure: CommandFailure };

/** One function for all commands: failures travel as data, since comlink keeps only an error's message. */
const endpoint = {
  async call(command: keyof StationCommands, args: readonly unknown[]): Promise<CallResult> {
    try {
      return { ok: true, value: await tab.call(command, args) };
    } catch (error) {
      return { ok: false, failure: failureOf(error) };
    }
  },
};
export type StationEndpoint = typeof endpoint;
expose(endpoint);
void tab.run().catch(() => undefined); // told through onFailure
