/** The technician's test button for a controller that is asked in rounds: reads once, changes nothing. */
import { describeError, KerbsideError } from '../../../base/errors.ts';
import { describeSettings, type BusLease } from '../../serial/buses.ts';
import { opened } from '../../serial/opened.ts';
import type { ChargerTest } from '../../test-charger.ts';
import type { ControllerModel } from './controller-model.ts';

/** @param check what to look at when nothing answers. Releases the lease. */
export async function testController<Device>(model: ControllerModel<Device>, device: Device, lease: BusLease, check: string): Promise<ChargerTest> {
  const { vendor, model: name } = model.facts;
  try {
    await opened(lease.bus);
    await model.identify(device);
    const reading = await model.read(device);
    const facts = [
      { label: 'Controller', value: vendor === name ? name : `${vendor} ${name}` }, { label: 'Line', value: describeSettings(model.line) }, { label: 'Pilot', value: reading.pilot },
      ...(reading.details ?? []).map(({ label, value }) => ({ label, value })),
    ];
    if (reading.refusal !== undefined) return { ok: false, sentence: reading.refusal, facts };
    if (!model.measures) return { ok: false, sentence: `The ${name} answers, but it measures no energy. It can serve only beside a meter: set both up in a hardware profile.`, facts };
    if (reading.unmeasured !== undefined) return { ok: false, sentence: reading.unmeasured, facts };
    return { ok: true, sentence: vendor === name ? `An ${name} answers.` : `A ${vendor} ${name} answers.`, facts };
  } catch (error) {
    const code = error instanceof KerbsideError ? error.code : '';
    const sentence = ['WrongDevice', 'ModbusException', 'BadAtReply'].includes(code) ? `Something answers, but it is no ${name}.`
      : code === 'NoReply' ? `The port opens, but no ${name} answers at ${describeSettings(model.line)}. ${check}`
      : error instanceof KerbsideError ? (error.sentence ?? error.message) : describeError(error);
    return { ok: false, sentence, facts: [] };
  } finally {
    await lease.release();
  }
}
