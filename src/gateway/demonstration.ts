/**
 * What the demonstration's operator wants of a station that has just registered: its price on the display, and meter
 * values often enough that one sees the cost count.
 */
import type { Stop } from '../base/signal.ts';
import type { FrameRecord } from './sandbox-csms/frame-log.ts';
import type { SandboxCsms } from './sandbox-csms/sandbox-csms.ts';

const METER_INTERVAL_S = '10';
/** The answer to the BootNotification goes first. */
const AFTER_BOOT_MS = 300;

export function demonstrate(csms: SandboxCsms): Stop {
  return csms.onFrame((frame) => {
    if (isBoot(frame)) setTimeout(() => void configure(csms, frame).catch(() => undefined), AFTER_BOOT_MS); // a station that refuses or left is fine
  });
}

function isBoot({ direction, text }: FrameRecord): boolean {
  return direction === 'in' && /^\s*\[\s*2\s*,\s*"[^"]*"\s*,\s*"BootNotification"/.test(text);
}

async function configure(csms: SandboxCsms, { stationId, edition }: FrameRecord): Promise<void> {
  if (edition === 'ocpp1.6') {
    await csms.call(stationId, 'ChangeConfiguration', { key: 'MeterValueSampleInterval', value: METER_INTERVAL_S });
    return;
  }
  const { pricePerKwh, currency } = csms.settings;
  const price = new Intl.NumberFormat('en-IE', { style: 'currency', currency }).format(pricePerKwh);
  await csms.call(stationId, 'SetVariables', {
    setVariableData: [
      { component: { name: 'SampledDataCtrlr' }, variable: { name: 'TxUpdatedInterval' }, attributeValue: METER_INTERVAL_S },
      { component: { name: 'TariffCostCtrlr' }, variable: { name: 'TariffFallbackMessage' }, attributeValue: `${price} per kWh, VAT included` },
    ],
  });
}
