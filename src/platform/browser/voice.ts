/** The browser's voices. Only those that speak on this machine: a kiosk may be offline, and what is read is a driver's own business. */
export class BrowserVoice {
  private readonly synthesis = (globalThis as Partial<Pick<Window, 'speechSynthesis'>>).speechSynthesis;
  private voices: readonly SpeechSynthesisVoice[] = [];

  constructor() {
    const look = (): void => {
      this.voices = this.synthesis?.getVoices() ?? [];
    };
    look();
    // Chromium tells them a while after it was asked.
    this.synthesis?.addEventListener('voiceschanged', look);
  }

  readonly speaks = (tag: string): boolean => this.voiceFor(tag) !== undefined;

  readonly speak = (text: string, tag: string): void => {
    const voice = this.voiceFor(tag);
    if (this.synthesis === undefined || voice === undefined) return;
    this.synthesis.cancel();
    const words = new SpeechSynthesisUtterance(text);
    words.voice = voice;
    words.lang = voice.lang;
    this.synthesis.speak(words);
  };

  readonly stop = (): void => this.synthesis?.cancel();

  private voiceFor(tag: string): SpeechSynthesisVoice | undefined {
    const spoken = this.voices.filter(({ localService, lang }) => localService && lang.toLowerCase().split(/[-_]/)[0] === tag);
    return spoken.find((voice) => voice.default) ?? spoken[0];
  }
}
