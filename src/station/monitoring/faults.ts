/** What the hardware says of a problem, in the fields that an event has for it. */
import type { ChargerFault } from '../../hardware/charger.ts';
import type { Evse } from '../evse.ts';

export function describeFault(evse: Evse | null): { techCode?: string; techInfo?: string } {
  const hardware = evse?.hardware;
  if (hardware == null) return {};
  const fault: ChargerFault | undefined = hardware.connectors.flatMap(({ faults }) => faults)[0] ?? hardware.faults[0];
  if (fault !== undefined) return { techCode: (fault.vendorCode ?? fault.code).slice(0, 50), techInfo: (fault.info === undefined ? fault.code : `${fault.code}: ${fault.info}`).slice(0, 500) };
  if (hardware.refusal !== undefined) return { techCode: 'InternalError', techInfo: hardware.refusal.slice(0, 500) };
  if (hardware.link === 'down') return { techCode: 'ControllerUnreachable', techInfo: (hardware.linkDetail ?? 'The charge controller can\'t be reached.').slice(0, 500) };
  return {};
}
