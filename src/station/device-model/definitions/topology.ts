/** ChargingStation, EVSE, Connector; blocks that this station doesn't have yet say so; Kerbside's own settings. */
import { CONSTANT, READ_ONLY, rows, type Definition } from '../definition.ts';
import { iso15118 } from './iso15118.ts';

export interface Topology {
  /** The controllers speak ISO 15118 with the car. */
  readonly iso15118?: boolean;
  /** What the outlets' meters can do beside a register; absent: nothing. */
  readonly meter?: MeterBuild;
  /** In front of the whole station, A per phase; absent: nothing is known of it. */
  readonly supplyBreakerA?: number;
  readonly evses: readonly {
    readonly id: number;
    readonly phases: number;
    readonly maxPowerW: number;
    /** Which phase of the supply is at its L1, L2, L3; default RST. */
    readonly phaseRotation?: string;
    readonly connectors: readonly { readonly id: number; readonly type: string }[];
  }[];
}

export interface MeterBuild {
  readonly signs: boolean;
  /** They sign whole transactions when these end, not every reading. */
  readonly signsAtEnd?: boolean;
  /** Quantities of `MeterReading` that they give beyond what every outlet has; absent: none. */
  readonly measures?: readonly string[];
  /** It keeps a register per phase. */
  readonly perPhase: boolean;
}

export interface StationFacts {
  readonly vendorName: string;
  readonly model: string;
  readonly firmwareVersion: string;
  readonly serialNumber: string;
}

/** 1.6 ConnectorPhaseRotation: `<connector>.<rotation>` items. */
const PHASE_ROTATION = /^(\d+\.(NotApplicable|Unknown|RST|RTS|SRT|STR|TRS|TSR))(, ?\d+\.(NotApplicable|Unknown|RST|RTS|SRT|STR|TRS|TSR))*$/;

const AVAILABILITY = ['Available', 'Occupied', 'Reserved', 'Unavailable', 'Faulted'];
const state = { ...READ_ONLY, valuesList: AVAILABILITY };

export function topology({ evses, iso15118: speaks }: Topology, facts: StationFacts): Definition[] {
  const phases = String(Math.max(1, ...evses.map((evse) => evse.phases)));
  return [
    ...rows('ChargingStation', [
      ['Available', 'boolean', 'true', CONSTANT],
      ['AvailabilityState', 'OptionList', 'Available', state],
      ['Problem', 'boolean', 'false', READ_ONLY],
      ['SupplyPhases', 'integer', phases, CONSTANT],
      ['MinimumStatusDuration', 'integer', '0', { unit: 's', minLimit: 0, maxLimit: 3600 }],
      ['AllowNewSessionsPendingFirmwareUpdate', 'boolean', 'false'],
      ['VendorName', 'string', facts.vendorName, CONSTANT],
      ['Model', 'string', facts.model, CONSTANT],
      ['SerialNumber', 'string', facts.serialNumber, CONSTANT],
    ]),
    ...rows('Controller', [['Available', 'boolean', 'true', CONSTANT], ['FirmwareVersion', 'string', facts.firmwareVersion, CONSTANT]]),
    ...evses.flatMap((evse) => [
      ...rows('EVSE', [
        ['Available', 'boolean', 'true', CONSTANT],
        ['AvailabilityState', 'OptionList', 'Available', state],
        ['SupplyPhases', 'integer', String(evse.phases), CONSTANT],
        // MaxSet: what the operator lets this outlet draw at most.
        ['Power', 'decimal', '0', { ...READ_ONLY, unit: 'W', minLimit: 0, maxLimit: evse.maxPowerW, attributes: [{ type: 'MaxSet', mutability: 'ReadWrite' }] }],
        ['AllowReset', 'boolean', 'true', CONSTANT],
      ], { evse: evse.id }),
      ...evse.connectors.flatMap((connector) => rows('Connector', [
        ['Available', 'boolean', 'true', CONSTANT],
        ['AvailabilityState', 'OptionList', 'Available', state],
        ['ConnectorType', 'string', connector.type, CONSTANT],
        ['SupplyPhases', 'integer', String(evse.phases), CONSTANT],
        ['ChargeProtocol', 'string', 'Undetermined', READ_ONLY],
      ], { evse: evse.id, connector: connector.id })),
    ]),
    ...iso15118(speaks === true ? evses : []),
    ...rows('Kerbside', [
      // The car's own id (EVCC id) counts as its driver's token.
      ['AutochargeEnabled', 'boolean', 'false'],
      // L02: an update that no manufacturer has signed.
      ['AllowUnsignedFirmware', 'boolean', 'false'],
      // How much of an update may happen while a car charges: nothing, the download, or all of it with the restart.
      ['FirmwareDuringTransactions', 'OptionList', 'Download', { valuesList: ['Nothing', 'Download', 'All'] }],
      ['ConnectorPhaseRotation', 'string', evses.map(({ id, phaseRotation = 'RST' }) => `${id}.${phaseRotation}`).join(','), { maxLength: 255, pattern: PHASE_ROTATION }],
    ]),
  ];
}
