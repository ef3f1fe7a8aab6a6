/** Key figures of a controller for the technician, from whatever the driver can tell. */
import type { Charger } from '../hardware/charger.ts';
import type { Buses } from '../hardware/serial/buses.ts';
import { describeSettings } from '../hardware/serial/line-settings.ts';
import type { LineView } from '../link/commissioning.ts';
import type { EvseView } from '../link/snapshot.ts';

type Facts = EvseView['controller']['facts'];

/** Drivers that have more to tell than the contract asks for. */
export interface TellsFacts {
  technicianFacts(): Facts;
}

export function controllerFacts(charger: Charger | undefined): Facts {
  return charger !== undefined && 'technicianFacts' in charger ? (charger as Charger & TellsFacts).technicianFacts() : [];
}

export function lineViews(buses: Buses | null): LineView[] {
  return (buses?.all ?? []).map(([port, bus]) => ({
    port, settings: describeSettings(bus.settings), up: bus.state.up,
    reason: bus.state.up ? null : bus.state.reason, detail: bus.state.up ? '' : bus.state.detail, ...bus.statistics,
  }));
}
