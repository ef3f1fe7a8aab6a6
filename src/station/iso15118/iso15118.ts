/**
 * Cars that speak ISO 15118: Plug & Charge (C07), their needs and schedules (K15 to K17), certificates for them (M01,
 * M02), the end of the session by the car (E15), and the car's own id as a token (C08 and autocharge).
 */
import { describeError } from '../../base/errors.ts';
import { mask } from '../../base/log.ts';
import type { EvCertificateAnswer, EvCertificateRequest, EvContract, SeccListener } from '../../hardware/secc.ts';
import type { Block, BlockDeps } from '../block.ts';
import type { Evse } from '../evse.ts';
import { sameToken, type IdToken } from '../types.ts';
import { ChargingNeeds } from './charging-needs.ts';
import { checkContract, type ChainVerifier, type CheckedContract } from './contract.ts';
import type { ScheduleSource } from './schedule-source.ts';

export interface Iso15118Deps extends BlockDeps {
  readonly schedules: ScheduleSource;
  readonly verifier: ChainVerifier;
}

const NO_CERTIFICATE: EvCertificateAnswer = { status: 'Failed', exiResponse: '' };

export class Iso15118 implements Block {
  private readonly needs = new Map<number, ChargingNeeds>();
  private readonly cars = new Map<number, string>();

  constructor(private readonly deps: Iso15118Deps) {
    for (const evse of deps.evses) {
      if (evse.charger.secc === undefined) continue;
      this.needs.set(evse.id, new ChargingNeeds({ ...deps, evseId: evse.id }));
      evse.charger.secc.listen(this.listener(evse));
    }
    deps.schedules.onTxProfile.on(({ evseId }) => this.needs.get(evseId)?.txProfileSet());
    deps.schedules.onRecalculated.on(() => {
      for (const evse of deps.evses) if (this.needs.get(evse.id)?.mustRenegotiate() === true) evse.charger.secc?.renegotiate();
    });
  }

  /** The EVCC id of the car at an EVSE; null: none, or it doesn't speak (ConnectedEV.VehicleID). */
  vehicleId(evseId: number): string | null {
    return this.cars.get(evseId) ?? null;
  }

  /** K01.FR.34, K15.FR.17: what a car at an EVSE makes of a TxProfile for it. */
  carAt(evseId: number): { readonly speaks: boolean; readonly awaitsNeeds: boolean } {
    const speaks = this.cars.has(evseId) && this.enabled;
    return { speaks, awaitsNeeds: speaks && this.needs.get(evseId)?.awaitsNeeds === true };
  }

  changed(): void {
    for (const evseId of this.cars.keys()) {
      if (this.deps.evses.find(({ id }) => id === evseId)?.record.pluggedConnectorId != null) continue;
      this.cars.delete(evseId);
      this.needs.get(evseId)?.ended();
    }
  }

  private listener(evse: Evse): SeccListener {
    const needs = this.needs.get(evse.id);
    return {
      onCar: (evccId) => this.carCame(evse, evccId),
      onContract: (contract) => this.contract(evse, contract),
      onNeeds: async (wanted) => (needs === undefined || !this.enabled ? [] : needs.schedulesFor(wanted)),
      onSchedule: (schedule) => void needs?.chosen(schedule),
      onCertificateRequest: (request) => this.certificate(request),
      onSessionStop: (how) => {
        // E15.FR.04, FR.05. A pause leaves the session as it is: the car takes nothing, and may come back.
        if (how === 'Terminate') evse.dispatch({ type: 'stop', trigger: 'StopAuthorized', reason: 'StoppedByEV', idToken: null });
      },
    };
  }

  private get enabled(): boolean {
    return this.deps.settings.boolean('ISO15118Ctrlr.Enabled', true);
  }

  private carCame(evse: Evse, evccId: string): void {
    if (!/^[0-9a-f]{12,16}$/i.test(evccId)) {
      this.deps.log('warn', `evse ${evse.id}`, 'the car told an id that is none');
      return;
    }
    const id = evccId.toUpperCase().slice(-12); // some cars pad it to eight bytes
    this.cars.set(evse.id, id);
    this.deps.changed();
    // Autocharge: the car's id is the token; in 1.6 marked as such, since tokens have no type there.
    if (!this.deps.settings.boolean('Kerbside.AutochargeEnabled', false)) return;
    const value = this.deps.edition() === 'ocpp1.6' ? `VID:${id}` : id;
    void this.presentForCar(evse, { value, type: 'MacAddress' });
  }

  /** C07. */
  private async contract(evse: Evse, contract: EvContract): Promise<boolean> {
    const { settings, log } = this.deps;
    if (!this.enabled || !settings.boolean('ISO15118Ctrlr.PnCEnabled', false)) return false;
    const check = await checkContract(contract, settings, this.deps.verifier);
    if ('refused' in check) {
      log('warn', `evse ${evse.id}`, `Plug & Charge with ${mask(contract.emaid)}: ${check.refused}`);
      return false;
    }
    return this.presentForCar(evse, { value: contract.emaid, type: 'eMAID' }, check);
  }

  /** A car that shows its id again, after a pause or a renegotiation, means to go on: never to stop what it started. */
  private async presentForCar(evse: Evse, token: IdToken, contract?: CheckedContract): Promise<boolean> {
    const holder = evse.record.authorization?.idToken ?? null;
    if (holder !== null) return sameToken(holder, token);
    return (await this.deps.present(token, evse.id, contract)).status === 'Accepted';
  }

  /** M01.FR.01, M02.FR.01. */
  private async certificate(request: EvCertificateRequest): Promise<EvCertificateAnswer> {
    const csms = this.deps.csms()?.iso15118;
    if (csms === undefined || !this.enabled || !this.deps.settings.boolean('ISO15118Ctrlr.ContractCertificateInstallationEnabled', false)) return NO_CERTIFICATE;
    try {
      return await csms.evCertificate(request);
    } catch (error) {
      this.deps.log('warn', 'iso15118', `the car's certificate request got no answer: ${describeError(error)}`);
      return NO_CERTIFICATE;
    }
  }
}
