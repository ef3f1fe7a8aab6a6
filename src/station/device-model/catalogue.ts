/** Every variable of the station, from the definitions of its blocks: one line each. */
import type { Definition } from './definition.ts';
import { authorization } from './definitions/authorization.ts';
import { clock } from './definitions/clock.ts';
import { communication } from './definitions/communication.ts';
import { deviceData } from './definitions/device-data.ts';
import { display } from './definitions/display.ts';
import { hardware } from './definitions/hardware.ts';
import { localList } from './definitions/local-list.ts';
import { metering } from './definitions/metering.ts';
import { monitoring } from './definitions/monitoring.ts';
import { networkConfiguration } from './definitions/network-configuration.ts';
import { reservation } from './definitions/reservation.ts';
import { screen } from './definitions/screen.ts';
import { security } from './definitions/security.ts';
import { smartCharging } from './definitions/smart-charging.ts';
import { tariffCost } from './definitions/tariff-cost.ts';
import { topology, type StationFacts, type Topology } from './definitions/topology.ts';
import { transactions } from './definitions/transactions.ts';

export function catalogue(where: Topology, facts: StationFacts): readonly Definition[] {
  return [
    ...topology(where, facts),
    ...hardware(where),
    ...communication,
    ...networkConfiguration,
    ...security,
    ...clock,
    ...deviceData,
    ...authorization,
    ...transactions(where),
    ...metering(where),
    ...tariffCost,
    ...localList,
    ...reservation,
    ...monitoring,
    ...smartCharging(where),
    ...screen,
    ...display(where.evses.map(({ id }) => id)),
  ];
}
