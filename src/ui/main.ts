/** The page's entry: builds the station's worker and the screens, and hands the screens what they may use. */
import { mount } from 'svelte';
import { StationClient } from '../link/client.ts';
import { STATION_CHANNEL, type ChannelMessage } from '../link/commands.ts';
import { keepAppOffline } from '../platform/browser/offline-app.ts';
import { requestPersistence } from '../platform/browser/persistence.ts';
import { canRequestUsb, requestSerialPort } from '../platform/browser/request-serial-port.ts';
import { startStation } from '../platform/browser/start-station.ts';
import { FocusedField, listenToKeys } from '../platform/browser/page-keys.ts';
import { webNfc } from '../platform/browser/web-nfc.ts';
import App from './App.svelte';
import type { AppContext, Voice } from './app-context.ts';
import { CardInput } from './card-input.ts';
import { isBusy } from './view/screen.ts';
import './tokens.css';

const every = (ms: number, callback: () => void): (() => void) => {
  const timer = setInterval(callback, ms);
  return () => clearInterval(timer);
};
const channel = new BroadcastChannel(STATION_CHANNEL);
channel.addEventListener('message', (event: MessageEvent<ChannelMessage>) => {
  if (event.data.type === 'reload') location.reload();
});
const station = startStation();
const client = new StationClient({
  commands: station.commands,
  channel: {
    post: (message) => channel.postMessage(message),
    onMessage: (listener) => {
      const receive = (event: MessageEvent<ChannelMessage>): void => listener(event.data);
      channel.addEventListener('message', receive);
      return () => channel.removeEventListener('message', receive);
    },
  },
  every,
  monotonicMs: () => performance.now(),
});

const offline = keepAppOffline((why) => console.warn(`The app can't be kept offline: ${why}`));
client.subscribe(({ snapshot }) => {
  if (snapshot !== null) offline.setBusy(isBusy(snapshot));
});

/** Neither is needed for the first picture: they come after it. */
let voice: Voice | null = null;
void import('../platform/browser/voice.ts').then(({ BrowserVoice }) => (voice = new BrowserVoice()));

const app: AppContext = {
  client,
  commands: station.commands,
  every,
  monotonicMs: () => performance.now(),
  requestSerialPort: () => requestSerialPort(),
  requestUsbDevice: canRequestUsb() ? async () => (await import('../platform/browser/usb/request-usb-device.ts')).requestUsbDevice() : null,
  saveFile: (name, text) => {
    const url = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
    Object.assign(document.createElement('a'), { href: url, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  },
  openTechnician: () => {
    location.hash = '#/technician';
  },
  reload: () => location.reload(),
  download: (name, type, content) => {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([content], { type }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  },
  voice: {
    speaks: (tag) => voice?.speaks(tag) ?? false,
    speak: (words, tag) => voice?.speak(words, tag),
    stop: () => voice?.stop(),
  },
  diagonalPx: () => Math.hypot(screen.width, screen.height),
  remember: (key, value) => {
    try {
      if (value === null) localStorage.removeItem(`kerbside-${key}`);
      else localStorage.setItem(`kerbside-${key}`, value);
    } catch {
      // A private window may refuse; the choice then lasts until the reload.
    }
  },
  recall: (key) => {
    try {
      return localStorage.getItem(`kerbside-${key}`);
    } catch {
      return null;
    }
  },
};

const cards = new CardInput({
  commands: station.commands, field: new FocusedField(), keys: listenToKeys, nfc: webNfc(), monotonicMs: () => performance.now(),
});
client.subscribe(({ snapshot }) => cards.use(snapshot?.readers ?? []));

// A simulated station is looked at beside other windows.
void import('../platform/browser/kiosk.ts').then(({ keepKiosk }) => keepKiosk({
  isDriver: () => location.hash === '' || location.hash === '#/',
  fullScreen: () => client.state.snapshot !== null && !['simulated', 'none'].includes(client.state.snapshot.station.hardware),
}));

// The books must outlive a disk that runs short. Chromium decides by itself; where it says no, the screens warn.
void requestPersistence();

const target = document.getElementById('app');
if (target !== null) mount(App, { target, props: { app, onFailure: station.onFailure } });
