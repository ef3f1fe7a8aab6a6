import type { SerialLine, SerialPortInfo, SerialPorts, SerialSettings } from './ports.ts';
import { serialErrors } from './serial-errors.ts';

/** Ports of several kinds as one; their ids differ. */
export class JoinedPorts implements SerialPorts {
  constructor(private readonly kinds: readonly SerialPorts[]) {}

  readonly onChange: SerialPorts['onChange'] = (listener) => {
    const stops = this.kinds.map((kind) => kind.onChange(listener));
    return () => stops.forEach((stop) => stop());
  };

  async list(): Promise<SerialPortInfo[]> {
    return (await Promise.all(this.kinds.map((kind) => kind.list()))).flat();
  }

  async open(portId: string, settings: SerialSettings): Promise<SerialLine> {
    for (const kind of this.kinds) {
      if ((await kind.list()).some(({ id }) => id === portId)) return kind.open(portId, settings);
    }
    throw serialErrors.gone(`no port ${portId} among those allowed`);
  }
}
