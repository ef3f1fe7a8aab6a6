/** The CALLs of a charging station's life (OCPP 2.0.1), valid by the schemas: mostly samples, now and then a heartbeat. */
export interface MixedCall { readonly action: string; readonly payload: Record<string, unknown> }

export function callNumber(index: number): MixedCall {
  const timestamp = new Date(Date.UTC(2026, 0, 5) + index * 1000).toISOString();
  switch (index % 4) {
    case 0: return { action: 'Heartbeat', payload: {} };
    case 1: return { action: 'MeterValues', payload: { evseId: 1, meterValue: [meterValue(timestamp, index, 'Sample.Clock')] } };
    default: return {
      action: 'TransactionEvent',
      payload: {
        eventType: 'Updated', timestamp, triggerReason: 'MeterValuePeriodic', seqNo: index,
        transactionInfo: { transactionId: '6b9e2a0c-3f7d-4f0e-9a51-0d2f6c1b8e44', chargingState: 'Charging' },
        meterValue: [meterValue(timestamp, index, 'Sample.Periodic')],
      },
    };
  }
}

function meterValue(timestamp: string, index: number, context: string): object {
  const sample = (measurand: string, value: number, unit: string): object => ({ value, context, measurand, location: 'Outlet', unitOfMeasure: { unit } });
  return {
    timestamp,
    sampledValue: [
      sample('Energy.Active.Import.Register', 1000 + index * 3, 'Wh'),
      sample('Power.Active.Import', 11_000 + (index % 7), 'W'),
      sample('Voltage', 230 + (index % 3), 'V'),
    ],
  };
}
