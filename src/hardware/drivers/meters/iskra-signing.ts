/** The WM3M4C signs what the host prepares: JSON in, payload with both registers and signature out, when it ends. */
import type { Clock } from '../../../platform/ports.ts';
import type { SignedReading } from '../../charger.ts';
import type { MeterSigning, SigningSubject } from '../../meter.ts';
import type { ModbusDevice } from '../../serial/modbus-device.ts';
import { minimalDer } from './der-signature.ts';
import { asciiOf, bytesOf, commanded, harmless, capitalHex, identificationType, ocmfReading, ocppPublicKey, readLong, signingFailed, until, wordsOf, writeLong } from './signing-tools.ts';

const STATE = 7000;
const COMMAND = 7051;
const SIGNATURE_STATUS = 7052;
const TIME_ZONE_MIN = 7053;
const TIME_HIGH = 7054;
const TIME_LOW = 7055;
const METADATA_LENGTH = 7056;
const PAYLOAD_LENGTH = 7057;
const SIGNATURE_LENGTH = 7058;
const ALGORITHM = 7059;
const TIME_STATUS = 7071;
const METADATA = 7100;
const PAYLOAD = 7612;
const PUBLIC_KEY = 8124;
const SIGNATURE = 8188;

const BEGIN = 0x4200; // 'B'
const END = 0x7200; // 'r'
const IDLE = 0;
const AFTER_POWER_FAILURE = 2;
const SIGNED = 15;
const SYNCHRONISED = 2;
/** Not initialised, idle, at work: it may still come. */
const WAITING: readonly number[] = [0, 1, 2];
const SIGNATURE_WITHIN_MS = 15_000;
const STATE_WITHIN_MS = 2000;
/** Head of a SubjectPublicKeyInfo on secp256r1; the meter gives X and Y alone. */
const KEY_HEAD = '3059301306072A8648CE3D020106082A8648CE3D03010703420004';
/** What it signs must fit into OCPP 2.0.1's 2500 characters of base64. */
const TARIFF_LENGTH = 150;

export async function iskraPublicKey(device: ModbusDevice): Promise<string> {
  return ocppPublicKey(KEY_HEAD + capitalHex(bytesOf(await device.readHolding(PUBLIC_KEY, 32))));
}

export class IskraSigning implements MeterSigning {
  /** It forgets what it was told when the power fails. */
  private subject: SigningSubject = { chargePointId: '', idToken: null };

  constructor(private readonly device: ModbusDevice, private readonly clock: Clock) {}

  async open(): Promise<boolean> {
    return (await this.state()) !== IDLE;
  }

  async signStart(subject: SigningSubject): Promise<null> {
    if (await this.open()) await this.end();
    this.subject = subject;
    await this.prepare();
    await commanded(this.device.writeRegister(COMMAND, BEGIN));
    await until(this.clock, () => this.open(), { ms: STATE_WITHIN_MS, what: 'the start of its transaction' });
    await this.signed();
    return null;
  }

  async signEnd(): Promise<SignedReading> {
    // It keeps the last data set: a host that died after the end reads it again.
    if (await this.open()) await this.end();
    const payloadLength = await this.word(PAYLOAD_LENGTH);
    const signatureLength = await this.word(SIGNATURE_LENGTH);
    if (payloadLength === 0 || signatureLength === 0) throw signingFailed('it has no transaction open');
    const read = (address: number, count: number): Promise<readonly number[]> => this.device.readHolding(address, count);
    const payload = asciiOf(await readLong(read, PAYLOAD, Math.ceil(payloadLength / 2))).slice(0, payloadLength);
    const signature = bytesOf(await readLong(read, SIGNATURE, Math.ceil(signatureLength / 2))).slice(0, signatureLength);
    return ocmfReading(`OCMF|${payload}|${JSON.stringify({ SD: capitalHex(minimalDer(signature)) })}`, await iskraPublicKey(this.device));
  }

  private async end(): Promise<void> {
    // After a power cut it wants clock and metadata anew before it signs.
    if ((await this.state()) === AFTER_POWER_FAILURE) await this.prepare();
    await commanded(this.device.writeRegister(COMMAND, END));
    await until(this.clock, async () => !(await this.open()), { ms: STATE_WITHIN_MS, what: 'the end of its transaction' });
    await this.signed();
  }

  private async prepare(): Promise<void> {
    const { device } = this;
    const { wallMs } = this.subject;
    if (wallMs !== undefined) {
      const seconds = Math.floor(wallMs / 1000);
      await device.writeRegister(TIME_HIGH, Math.floor(seconds / 0x1_0000) & 0xffff);
      await device.writeRegister(TIME_LOW, seconds & 0xffff);
      await device.writeRegister(TIME_ZONE_MIN, 0);
      await device.writeRegister(TIME_STATUS, SYNCHRONISED);
    }
    await device.writeRegister(ALGORITHM, 0); // ECDSA-secp256r1-SHA256
    const metadata = metadataOf(this.subject);
    await writeLong(device, METADATA, wordsOf(metadata));
    await device.writeRegister(METADATA_LENGTH, metadata.length);
  }

  private async signed(): Promise<void> {
    await until(this.clock, async () => {
      const status = await this.word(SIGNATURE_STATUS);
      if (status !== SIGNED && !WAITING.includes(status)) throw signingFailed(`its signature status is ${status}`);
      return status === SIGNED;
    }, { ms: SIGNATURE_WITHIN_MS, what: 'its signature' });
  }

  private state(): Promise<number> {
    return this.word(STATE);
  }

  private async word(address: number): Promise<number> {
    const [word = 0] = await this.device.readHolding(address, 1);
    return word;
  }
}

/** What the host says of a transaction, as OCMF spells it; the meter fills in itself and its readings. */
export function metadataOf({ chargePointId, idToken, tariffText }: SigningSubject): string {
  const type = identificationType({ chargePointId, idToken });
  const known = idToken !== null && type !== 'NONE';
  const byCard = type === 'ISO14443' || type === 'ISO15693';
  // This format has no place for a tariff: it goes with the identification.
  const data = [harmless(idToken?.value ?? ''), harmless(tariffText ?? '').slice(0, TARIFF_LENGTH)].filter((part) => part !== '').join(' ');
  return JSON.stringify({
    FV: '1.0', GI: 'Kerbside', GS: '', GV: '', PG: '', MV: '', MM: '', MS: '', MF: '',
    IS: known, IF: [byCard ? 'RFID_PLAIN' : 'RFID_NONE'], IT: type, ID: data, CT: 'EVSEID', CI: harmless(chargePointId), RD: [],
  });
}
