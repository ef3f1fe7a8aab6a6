/** The technician's part of the commands: the PIN, the books in words, configuration files, and the bundle for support. */
import type { SetupConfig } from '../link/commands.ts';
import type { ImportResult, TechnicianCommands } from '../link/technician.ts';
import type { Ports } from '../platform/ports.ts';
import { applySettings, exportConfiguration, readConfiguration } from './configuration-file.ts';
import type { StationAgent } from './create-agent.ts';
import { readSetup } from './setup.ts';
import { supportBundle, type BundleParts } from './support-bundle.ts';
import { TechnicianAccess } from './technician-access.ts';

const FORGET = 'Kerbside.ForgetTechnicianPin';
const AHEAD_S = 24 * 3600;

export interface TechnicianDeps {
  readonly ports: Ports;
  /** null: not set up. */
  readonly agent: () => StationAgent | null;
  /** @throws KerbsideError where none runs */
  readonly running: () => StationAgent;
  readonly saveSetup: (config: SetupConfig) => Promise<void>;
  readonly logs: () => Promise<Pick<BundleParts, 'snapshot' | 'log' | 'frames' | 'serial'>>;
}

export class Technician implements TechnicianCommands {
  private readonly access: TechnicianAccess;

  constructor(private readonly deps: TechnicianDeps) {
    this.access = new TechnicianAccess(deps.ports);
  }

  async technicianAccess(): ReturnType<TechnicianCommands['technicianAccess']> {
    await this.heedOperator();
    return this.access.state();
  }

  enterTechnician(pin: string): Promise<void> {
    return this.access.enter(pin);
  }

  chooseTechnicianPin(pin: string, current: string): Promise<void> {
    return this.access.choose(pin, current);
  }

  async sessions(): ReturnType<TechnicianCommands['sessions']> {
    return this.deps.running().sessions();
  }

  async limits(evse: number, durationS: number): ReturnType<TechnicianCommands['limits']> {
    return this.deps.running().limits(evse, durationS);
  }

  async lists(): ReturnType<TechnicianCommands['lists']> {
    return this.deps.running().lists();
  }

  async exportConfiguration(): Promise<string> {
    const { store } = this.deps.ports;
    return exportConfiguration(await readSetup(store), this.deps.agent()?.settings ?? null, store);
  }

  async importConfiguration(text: string): Promise<ImportResult> {
    const { setup, settings } = await readConfiguration(text);
    await this.deps.saveSetup(setup);
    return applySettings(this.deps.running().deviceModel, settings);
  }

  async supportBundle(): Promise<Uint8Array<ArrayBuffer>> {
    const agent = this.deps.agent();
    const parts = await this.deps.logs();
    return supportBundle({
      ...parts, atMs: this.deps.ports.clock.wallMs(),
      queue: agent?.queue() ?? [], variables: agent?.variables() ?? [], sessions: agent?.sessions() ?? [], lists: agent?.lists() ?? null,
      limits: agent === null ? [] : parts.snapshot.evses.map(({ id }) => agent.limits(id, AHEAD_S)),
      configuration: agent === null ? '' : await this.exportConfiguration(),
    });
  }

  /** Nobody here knows the PIN any more, and the operator has said so through the CSMS. */
  private async heedOperator(): Promise<void> {
    const deviceModel = this.deps.agent()?.settings ?? null;
    if (deviceModel?.boolean(FORGET, false) !== true) return;
    await this.access.forget();
    await deviceModel.unset(FORGET);
  }
}
