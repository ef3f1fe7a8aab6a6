/** The technician's part of the commands: the PIN, the books in words, configuration files, and the bundle for support. */
import { KerbsideError } from '../base/errors.ts';
import type { SetupConfig } from '../link/commands.ts';
import type { ImportResult, TechnicianCommands } from '../link/technician.ts';
import type { Ports } from '../platform/ports.ts';
import { applySettings, exportConfiguration, readConfiguration } from './configuration-file.ts';
import type { StationAgent } from './create-agent.ts';
import { readSetup } from './setup.ts';
import { supportBundle, type BundleParts } from './support-bundle.ts';
import { limitsView, listsView, sessionLines } from './technician-views.ts';
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

  /** The CSMS is told who came and who didn't get in (A04). Without a PIN there is no login. */
  async enterTechnician(pin: string): Promise<void> {
    const { pinSet } = await this.access.state();
    try {
      await this.access.enter(pin);
    } catch (error) {
      if (error instanceof KerbsideError && error.code === 'WrongPin') this.deps.agent()?.loggedIn(false);
      throw error;
    }
    if (pinSet) this.deps.agent()?.loggedIn(true);
  }

  chooseTechnicianPin(pin: string, current: string): Promise<void> {
    return this.access.choose(pin, current);
  }

  async sessions(): ReturnType<TechnicianCommands['sessions']> {
    return sessionLines(this.deps.running().run.station);
  }

  async limits(evse: number, durationS: number): ReturnType<TechnicianCommands['limits']> {
    return limitsView(this.deps.running().run.station, evse, durationS);
  }

  async lists(): ReturnType<TechnicianCommands['lists']> {
    const { station, firmware } = this.deps.running().run;
    return listsView(station, firmware);
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
      queue: agent?.queue() ?? [], variables: agent?.variables() ?? [], sessions: agent === null ? [] : await this.sessions(), lists: agent === null ? null : await this.lists(),
      limits: agent === null ? [] : await Promise.all(parts.snapshot.evses.map(({ id }) => this.limits(id, AHEAD_S))),
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
