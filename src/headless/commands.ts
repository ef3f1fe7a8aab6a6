/** One JSON object a line in, one answer a line out (docs/headless.md). */
import { describeError, KerbsideError } from '../base/errors.ts';
import type { StationAgent } from '../assembly/create-agent.ts';
import { resolveSettingName } from '../editions/setting-name.ts';
import { FAULT_CODES, type FaultCode, type SimulationControls } from '../hardware/charger.ts';
import type { SwitchableNetwork } from '../platform/switchable-network.ts';
import { legalValue } from './settings.ts';

export type CommandAnswer = { readonly ok: true; readonly [field: string]: unknown } | { readonly ok: false; readonly error: string };
type Fields = Readonly<Record<string, unknown>>;

export interface CommandDeps {
  readonly agent: StationAgent;
  readonly network: SwitchableNetwork;
  /** Resolves when the station serves. */
  readonly started: Promise<void>;
  readonly state: () => Promise<unknown>;
}

export async function runCommand(deps: CommandDeps, fields: Fields): Promise<CommandAnswer> {
  try {
    if (fields['do'] === 'state') return { ok: true, state: await deps.state() };
    const command = COMMANDS[String(fields['do'])];
    if (command === undefined || typeof fields['do'] !== 'string') return { ok: false, error: `unknown command: ${JSON.stringify(fields['do'] ?? null)}` };
    await deps.started;
    return { ok: true, ...(await command(deps, fields)) };
  } catch (error) {
    return { ok: false, error: error instanceof KerbsideError ? error.message : describeError(error) };
  }
}

type Command = (deps: CommandDeps, fields: Fields) => Promise<object> | object;

const COMMANDS: Readonly<Record<string, Command | undefined>> = Object.assign(Object.create(null) as Record<string, Command>, {
  plugIn: (deps, fields) => simulate(deps, fields, (simulation, connector) => simulation.plugIn(connector)),
  unplug: (deps, fields) => simulate(deps, fields, (simulation, connector) => simulation.unplug(connector)),
  evSuspend: (deps, fields) => simulate(deps, fields, (simulation) => simulation.evSuspend()),
  evResume: (deps, fields) => simulate(deps, fields, (simulation) => simulation.evResume()),
  setEv: (deps, fields) => {
    const demandW = optionalNumber(fields, 'demandW', 0, 1_000_000);
    const phases = optionalNumber(fields, 'phases', 1, 3) as 1 | 2 | 3 | undefined;
    const socPercent = optionalNumber(fields, 'socPercent', 0, 100);
    return simulate(deps, fields, (simulation) => simulation.setEv({
      ...(demandW === undefined ? {} : { demandW }), ...(phases === undefined ? {} : { phases }), ...(socPercent === undefined ? {} : { socPercent }),
    }));
  },
  presentToken: ({ agent }, fields) => {
    const type = fields['type'] === undefined ? 'ISO14443' : text(fields, 'type');
    const value = type === 'NoAuthorization' && fields['idToken'] === undefined ? '' : text(fields, 'idToken');
    if (type === 'NoAuthorization' ? value !== '' : value === '' || value.length > 36) throw bad('idToken must be 1 to 36 characters');
    return agent.presentToken({ value, type }, optionalNumber(fields, 'evse', 1, 1000));
  },
  fault: (deps, fields) => {
    const code = faultCode(fields);
    return simulate(deps, fields, (simulation, connector) => simulation.fault(code, connector));
  },
  clearFault: (deps, fields) => {
    const code = fields['code'] === undefined ? undefined : faultCode(fields);
    return simulate(deps, fields, (simulation, connector) => simulation.clearFault(code, connector));
  },
  parkingBay: (deps, fields) => {
    if (typeof fields['occupied'] !== 'boolean') throw bad('occupied must be true or false');
    const { occupied } = fields as { occupied: boolean };
    return simulate(deps, fields, (simulation) => simulation.parkingBay(occupied));
  },
  dropConnection: ({ network }, fields) => {
    const seconds = optionalNumber(fields, 'seconds', 0, 1e7, false);
    network.drop(seconds);
    return {};
  },
  connect: ({ network, agent }) => {
    network.restore();
    agent.reconnect();
    return {};
  },
  setVariable: async ({ agent }, fields) => {
    const name = variableName(fields);
    const value = fields['value'];
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') throw bad('value is missing');
    await agent.factorySet(name, legalValue(agent.deviceModel, name, String(value)));
    return {};
  },
  unsetVariable: async ({ agent }, fields) => {
    await agent.factoryUnset(variableName(fields));
    return {};
  },
  externalLimit: async ({ agent }, fields) => {
    const evse = optionalNumber(fields, 'evse', 1, 1000);
    const durationS = optionalNumber(fields, 'durationS', 1, 1e9);
    const { unit = 'A', gridCritical } = fields;
    if (unit !== 'A' && unit !== 'W') throw bad('unit must be A or W');
    if (gridCritical !== undefined && typeof gridCritical !== 'boolean') throw bad('gridCritical must be true or false');
    await agent.setExternalLimit({
      source: limitSource(fields), unit, periods: limitPeriods(fields), ...(evse === undefined ? {} : { evse }),
      ...(durationS === undefined ? {} : { durationS }), ...(gridCritical === undefined ? {} : { gridCritical }),
    });
    return {};
  },
  clearExternalLimit: async ({ agent }, fields) => {
    await agent.clearExternalLimit(limitSource(fields), optionalNumber(fields, 'evse', 1, 1000));
    return {};
  },
  reboot: ({ agent }, fields) => {
    const offSeconds = optionalNumber(fields, 'offSeconds', 0, 1e6, false) ?? 1;
    const graceful = fields['graceful'] ?? false;
    if (typeof graceful !== 'boolean') throw bad('graceful must be true or false');
    void agent.reboot({ offMs: offSeconds * 1000, graceful });
    return {};
  },
} satisfies Record<string, Command>);

function simulate({ agent }: CommandDeps, fields: Fields, act: (simulation: SimulationControls, connector: number | undefined) => void): object {
  const evse = optionalNumber(fields, 'evse', 1, 1000);
  if (evse === undefined) throw bad('evse is missing');
  const connector = optionalNumber(fields, 'connector', 1, 100);
  const simulation = agent.simulation(evse);
  if (simulation === null) throw bad(`there is no EVSE ${evse}, or the station is off`);
  act(simulation, connector);
  return {};
}

function variableName(fields: Fields): string {
  const name = text(fields, 'name');
  const variable = resolveSettingName(name);
  if (variable === undefined) throw bad(`no such variable: ${name}`);
  return variable;
}

function limitSource(fields: Fields): 'EMS' | 'SO' | 'Other' {
  const source = fields['source'] ?? 'EMS';
  if (source !== 'EMS' && source !== 'SO' && source !== 'Other') throw bad('source must be EMS, SO or Other');
  return source;
}

/** One `limit` from now on, or `periods` of a schedule. */
function limitPeriods(fields: Fields): { startS: number; limit: number }[] {
  const { periods } = fields;
  if (periods === undefined) {
    const limit = optionalNumber(fields, 'limit', 0, 1e7, false);
    if (limit === undefined) throw bad('limit or periods is missing');
    return [{ startS: 0, limit }];
  }
  if (!Array.isArray(periods)) throw bad('periods must be a list of { startS, limit }');
  return periods.map((item: unknown) => {
    const period = typeof item === 'object' && item !== null ? item as Fields : {};
    const startS = optionalNumber(period, 'startS', 0, 1e9);
    const limit = optionalNumber(period, 'limit', 0, 1e7, false);
    if (startS === undefined || limit === undefined) throw bad('a period needs startS and limit');
    return { startS, limit };
  });
}

function faultCode(fields: Fields): FaultCode {
  const code = text(fields, 'code');
  if (!FAULT_CODES.has(code)) throw bad(`code must be one of ${[...FAULT_CODES].join(', ')}`);
  return code as FaultCode;
}

function text(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value !== 'string') throw bad(`${name} must be a string`);
  return value;
}

function optionalNumber(fields: Fields, name: string, min: number, max: number, whole = name !== 'demandW' && name !== 'socPercent'): number | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number' || !Number.isFinite(value) || value < min || value > max || (whole && !Number.isInteger(value))) {
    throw bad(`${name} must be a ${whole ? 'whole ' : ''}number from ${min} to ${max}`);
  }
  return value;
}

function bad(message: string): KerbsideError {
  return new KerbsideError('BadCommand', message);
}
