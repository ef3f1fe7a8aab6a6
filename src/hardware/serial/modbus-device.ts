/** One Modbus device on a bus: reads and writes in its own framing, at its own pace. */
import type { Bus, ExchangeOptions } from './bus.ts';
import type { Framing } from './framing.ts';
import { asciiFraming, encodeAscii, pduOfAscii } from './modbus-ascii.ts';
import { decodeReply, encodePdu, type ModbusRequest } from './modbus-pdu.ts';
import { encodeRtu, pduOfRtu, rtuFraming } from './modbus-rtu.ts';

export interface ModbusDeviceOptions {
  /** 1 to 247. */
  readonly unit: number;
  /** Default RTU. */
  readonly variant?: 'rtu' | 'ascii';
  /** Pause on the line before this device is asked, ms. Default 30. */
  readonly gapMs?: number;
  readonly firstByteMs?: number;
  readonly attempts?: number;
  /** It sleeps: what wakes it is lost. */
  readonly missesFirst?: boolean;
}

interface Variant { readonly framing: Framing; encode(unit: number, pdu: Uint8Array): Uint8Array; pdu(frame: Uint8Array): Uint8Array }

const VARIANTS: Readonly<Record<'rtu' | 'ascii', Variant>> = {
  rtu: { framing: rtuFraming, encode: encodeRtu, pdu: pduOfRtu },
  ascii: { framing: asciiFraming, encode: encodeAscii, pdu: pduOfAscii },
};

/** Every method throws KerbsideError `NoReply` | `PortLost` | `BadModbusReply` | `BadModbusRequest`, or ModbusException. */
export class ModbusDevice {
  private readonly variant: Variant;
  private readonly exchange: ExchangeOptions;

  constructor(readonly bus: Bus, private readonly options: ModbusDeviceOptions) {
    const { variant, gapMs, firstByteMs, attempts } = options;
    this.variant = VARIANTS[variant ?? 'rtu'];
    this.exchange = {
      framing: this.variant.framing,
      ...(gapMs === undefined ? {} : { gapMs }), ...(firstByteMs === undefined ? {} : { firstByteMs }), ...(attempts === undefined ? {} : { attempts }),
    };
  }

  /** FC03. */
  readHolding(address: number, count: number): Promise<readonly number[]> {
    return this.ask({ fn: 3, address, count });
  }

  /** FC04. */
  readInput(address: number, count: number): Promise<readonly number[]> {
    return this.ask({ fn: 4, address, count });
  }

  /** FC01. */
  async readCoils(address: number, count: number): Promise<readonly boolean[]> {
    return (await this.ask({ fn: 1, address, count })).map((bit) => bit === 1);
  }

  /** FC05. */
  async writeCoil(address: number, on: boolean): Promise<void> {
    await this.ask({ fn: 5, address, on });
  }

  /** FC06. */
  async writeRegister(address: number, value: number): Promise<void> {
    await this.ask({ fn: 6, address, value });
  }

  /** FC16. */
  async writeRegisters(address: number, values: readonly number[]): Promise<void> {
    await this.ask({ fn: 16, address, values });
  }

  private async ask(request: ModbusRequest): Promise<readonly number[]> {
    const frame = this.variant.encode(this.options.unit, encodePdu(request));
    return decodeReply(request, this.variant.pdu(await this.bus.exchange(frame, this.exchange)));
  }
}
