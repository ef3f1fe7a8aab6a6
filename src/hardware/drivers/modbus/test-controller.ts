/** The technician's test button for a controller on Modbus: reads once, changes nothing. */
import { describeError, KerbsideError } from '../../../base/errors.ts';
import type { Clock, SerialPorts } from '../../../platform/ports.ts';
import { Buses, describeSettings } from '../../serial/buses.ts';
import { ModbusDevice } from '../../serial/modbus-device.ts';
import { opened } from '../../serial/opened.ts';
import type { ChargerTest } from '../../test-charger.ts';
import { controllerModel } from './models.ts';

export async function testModbusController(deps: { readonly serial: SerialPorts; readonly clock: Clock }, on: {
  readonly model: string; readonly portId: string; readonly unit?: number;
}): Promise<ChargerTest> {
  const model = controllerModel(on.model);
  if (model === undefined) return { ok: false, sentence: 'There is no driver for this controller.', facts: [] };
  const lease = new Buses(deps.clock, deps.serial).lease(on.portId, model.line);
  const { vendor, model: name } = model.facts;
  try {
    const device = new ModbusDevice(lease.bus, { ...model.device, ...(on.unit === undefined ? {} : { unit: on.unit }) });
    await opened(lease.bus);
    await model.identify(device);
    const reading = await model.read(device);
    const facts = [
      { label: 'Controller', value: `${vendor} ${name}` }, { label: 'Line', value: describeSettings(model.line) }, { label: 'Pilot', value: reading.pilot },
      ...(reading.details ?? []).map(({ label, value }) => ({ label, value })),
    ];
    if (reading.refusal !== undefined) return { ok: false, sentence: reading.refusal, facts };
    if (!model.measures) return { ok: false, sentence: `The ${name} answers, but it measures no energy. It can serve only beside a meter, which this version can't add.`, facts };
    return { ok: true, sentence: `A ${vendor} ${name} answers.`, facts };
  } catch (error) {
    const code = error instanceof KerbsideError ? error.code : '';
    const sentence = code === 'WrongDevice' || code === 'ModbusException' ? `Something answers, but it is no ${name}.`
      : code === 'NoReply' ? `The port opens, but no ${name} answers at ${describeSettings(model.line)}. Check A and B, the bus number and the power.`
      : error instanceof KerbsideError ? (error.sentence ?? error.message) : describeError(error);
    return { ok: false, sentence, facts: [] };
  } finally {
    await lease.release();
  }
}
