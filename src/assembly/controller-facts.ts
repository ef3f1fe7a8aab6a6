/** Key figures of a controller for the technician, from whatever the driver can tell. */
import type { Charger } from '../hardware/charger.ts';
import type { EvseView } from '../link/snapshot.ts';

type Facts = EvseView['controller']['facts'];

/** Drivers that have more to tell than the contract asks for. */
export interface TellsFacts {
  technicianFacts(): Facts;
}

export function controllerFacts(charger: Charger | undefined): Facts {
  return charger !== undefined && 'technicianFacts' in charger ? (charger as Charger & TellsFacts).technicianFacts() : [];
}
