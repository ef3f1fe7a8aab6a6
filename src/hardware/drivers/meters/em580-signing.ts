/** The EM580 signs one OCMF data set a transaction, with both registers, when it ends. */
import type { Clock } from '../../../platform/ports.ts';
import type { SignedReading } from '../../charger.ts';
import type { MeterSigning, SigningSubject } from '../../meter.ts';
import type { ModbusDevice } from '../../serial/modbus-device.ts';
import { asciiOf, bytesOf, commanded, harmless, capitalHex, identificationType, ocmfReading, ocppPublicKey, readLong, signingFailed, until, writeLong, zeroTerminated } from './signing-tools.ts';

const SIGNATURE_TYPE = 0x24ff;
const PUBLIC_KEY_DER = 0x2600;
/** Words of the key by signature type: 256 and 384 bits. */
const KEY_WORDS: Readonly<Record<number, number>> = { 0: 46, 1: 62 };
const TARIFF_TEXT = 0x6900;
const IDENT_STATUS = 0x7000;
const IDENT_TYPE = 0x7006;
const IDENT_DATA = 0x7007;
const POINT_ID_TYPE = 0x701b;
const POINT_ID = 0x701c;
const TIME_ZONE_MIN = 0x7031;
const UTC = 0x7032;
const SESSION_MODALITY = 0x7036;
const COMMAND = 0x7040;
const STATE = 0x7100;
const SIZE = 0x7101;
const FILE = 0x7110;
const MOST_FILE_WORDS = 2031;

const BEGIN = 0x42;
const END = 0x45;
const STATES = { notReady: 0, running: 1, ready: 2, corrupted: 3 } as const;
const TEXT_WORDS = 20;
/** The meter takes 125; but what it signs must fit into OCPP 2.0.1's 2500 characters of base64. */
const TARIFF_WORDS = 80;

const IDENT_TYPES: Readonly<Record<string, number>> = {
  NONE: 0, UNDEFINED: 2, ISO14443: 10, ISO15693: 11, EMAID: 20, CENTRAL: 60, LOCAL: 70, KEY_CODE: 90,
};
/** Read from a card or told by the station: nobody has proved it (HEARSAY). */
const LEVEL_HEARSAY = 1;
const RFID_PLAIN = 1;

export async function em580PublicKey(device: ModbusDevice): Promise<{ readonly publicKey?: string }> {
  const [type = 0] = await device.readInput(SIGNATURE_TYPE, 1);
  const count = KEY_WORDS[type];
  if (count === undefined) return {}; // without keys it is a plain meter
  const bytes = bytesOf(await device.readInput(PUBLIC_KEY_DER, count));
  const [tag, length = 0] = bytes;
  return tag === 0x30 ? { publicKey: ocppPublicKey(capitalHex(bytes.slice(0, length + 2))) } : {};
}

export class Em580Signing implements MeterSigning {
  constructor(private readonly device: ModbusDevice, private readonly clock: Clock) {}

  async open(): Promise<boolean> {
    return (await this.state()) === STATES.running;
  }

  async signStart(subject: SigningSubject): Promise<null> {
    await this.clear();
    const { device } = this;
    if (subject.wallMs !== undefined) await this.setClock(subject.wallMs);
    const type = identificationType(subject);
    const byCard = type === 'ISO14443' || type === 'ISO15693';
    const known = subject.idToken !== null && type !== 'NONE';
    await device.writeRegisters(IDENT_STATUS, [known ? 1 : 0, known ? LEVEL_HEARSAY : 0, byCard ? RFID_PLAIN : 0, 0, 0, 0]);
    await device.writeRegisters(IDENT_TYPE, [IDENT_TYPES[type] ?? 2]);
    await device.writeRegisters(IDENT_DATA, zeroTerminated(harmless(subject.idToken?.value ?? ''), TEXT_WORDS));
    await device.writeRegisters(POINT_ID_TYPE, [0]); // EVSEID
    await device.writeRegisters(POINT_ID, zeroTerminated(harmless(subject.chargePointId), TEXT_WORDS));
    await writeLong(device, TARIFF_TEXT, zeroTerminated(harmless(subject.tariffText ?? ''), TARIFF_WORDS));
    await device.writeRegisters(SESSION_MODALITY, [0]); // charging a vehicle
    await commanded(device.writeRegisters(COMMAND, [BEGIN]));
    await until(this.clock, () => this.open(), { ms: 3000, what: 'the start of its transaction' });
    return null;
  }

  /** The file stays in the meter until the next start: a host that dies now can read it again. */
  async signEnd(): Promise<SignedReading> {
    const state = await this.state();
    if (state === STATES.notReady) throw signingFailed('it has no transaction open');
    if (state === STATES.running) await commanded(this.device.writeRegisters(COMMAND, [END]));
    await until(this.clock, () => this.isReady(), { ms: 5000, what: 'its signature' });
    const [size = 0] = await this.device.readInput(SIZE, 1);
    if (size === 0 || size > MOST_FILE_WORDS) throw signingFailed(`its data set has ${size} words`);
    const words = await readLong((address, count) => this.device.readInput(address, count), FILE, size);
    const { publicKey = '' } = await em580PublicKey(this.device);
    return ocmfReading(asciiOf(words).replace(/\0+$/, ''), publicKey);
  }

  private async state(): Promise<number> {
    const [state = 0] = await this.device.readInput(STATE, 1);
    return state;
  }

  private async isReady(): Promise<boolean> {
    const state = await this.state();
    if (state === STATES.corrupted) throw signingFailed('its data set is damaged');
    return state === STATES.ready;
  }

  /** An earlier transaction, ended or left open, is done with: the station asked for its data set when it ended. */
  private async clear(): Promise<void> {
    const state = await this.state();
    if (state === STATES.notReady) return;
    if (state === STATES.running) {
      await commanded(this.device.writeRegisters(COMMAND, [END]));
      await until(this.clock, async () => (await this.state()) !== STATES.running, { ms: 5000, what: 'the end of an earlier transaction' });
    }
    await this.device.writeRegisters(STATE, [STATES.notReady]);
  }

  private async setClock(wallMs: number): Promise<void> {
    const seconds = BigInt(Math.floor(wallMs / 1000));
    await this.device.writeRegisters(UTC, [0n, 16n, 32n, 48n].map((shift) => Number((seconds >> shift) & 0xffffn)));
    await this.device.writeRegisters(TIME_ZONE_MIN, [0]);
  }
}
