/**
 * May this token charge? The order of section C 1 and notes of 1.6: local knowledge first where LocalPreAuthorize says
 * so, else the CSMS, else (offline) what LocalAuthorizeOffline and OfflineTxForUnknownIdEnabled allow.
 */
import { describeError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { CsmsError, type CsmsPort } from '../csms-port.ts';
import type { Settings } from '../device-model/types.ts';
import type { IdToken, IdTokenInfo } from '../types.ts';
import type { CheckedContract } from '../iso15118/contract.ts';
import type { AuthorizationCache } from './cache.ts';

export interface Decision {
  readonly info: IdTokenInfo;
  readonly by: 'csms' | 'list' | 'cache' | 'none';
}

export interface AuthorizerDeps {
  readonly settings: Settings;
  readonly cache: AuthorizationCache;
  readonly localList: { lookUp(token: IdToken): IdTokenInfo | null };
  readonly log: Log;
  /** The CSMS while it is connected and has accepted us; else null. */
  readonly csms: () => CsmsPort | null;
  /** Has this run been accepted at least once, or may it serve before that (TxBeforeAcceptedEnabled)? */
  readonly mayServeUnaccepted: () => boolean;
}

export class Authorizer {
  constructor(private readonly deps: AuthorizerDeps) {}

  /** C01..C06, C12, C14, C15; with a contract C07. Never rejects. */
  async decide(token: IdToken, contract?: CheckedContract): Promise<Decision> {
    const { settings, cache } = this.deps;
    // C02: nothing to decide; C05: the CSMS started it, so it knows the token.
    if (token.type === 'NoAuthorization' || token.type === 'Central') return { info: { status: 'Accepted' }, by: 'none' };
    if (!settings.boolean('AuthCtrlr.Enabled', true)) return { info: { status: 'Accepted' }, by: 'none' };

    // C07.FR.01: what a car presents is always shown to the CSMS that can be reached.
    if (contract === undefined && settings.boolean('AuthCtrlr.LocalPreAuthorize', false)) {
      const known = this.known(token);
      if (known?.info.status === 'Accepted') return known;
      const final = known?.by === 'list' ? 'LocalAuthListCtrlr.DisablePostAuthorize' : 'AuthCacheCtrlr.DisablePostAuthorize';
      if (known !== null && settings.boolean(final, false)) return known;
    }
    const csms = this.deps.csms();
    if (csms !== null && !settings.boolean('AuthCtrlr.DisableRemoteAuthorization', false)) {
      try {
        const info = await csms.authorize(token, contract?.proof);
        cache.update(token, info);
        return { info, by: 'csms' };
      } catch (error) {
        this.deps.log('warn', 'authorization', `the CSMS gave no decision: ${describeError(error)}`);
        // It was asked and said something that can't be used: that isn't the same as not being there.
        if (error instanceof CsmsError && (error.kind === 'callError' || error.kind === 'badAnswer')) {
          return { info: { status: 'Invalid' }, by: 'none' };
        }
      }
    }
    if (contract !== undefined && !(contract.validHere && settings.boolean('ISO15118Ctrlr.ContractValidationOffline', false))) {
      return { info: { status: 'Invalid' }, by: 'none' }; // C07.FR.07, FR.08
    }
    return this.decideOffline(token);
  }

  /** The list goes before the cache (C13.FR.01, C14). */
  private known(token: IdToken): Decision | null {
    const listed = this.deps.localList.lookUp(token);
    if (listed !== null) return { info: listed, by: 'list' };
    const info = this.deps.cache.lookUp(token);
    if (info === null) return null;
    if (info.status === 'Accepted') this.deps.cache.touch(token);
    return { info, by: 'cache' };
  }

  /** C13, C12, C15: list, cache, then unknown ids. */
  private decideOffline(token: IdToken): Decision {
    const { settings } = this.deps;
    if (!this.deps.mayServeUnaccepted()) return { info: { status: 'Invalid' }, by: 'none' };
    const known = settings.boolean('AuthCtrlr.LocalAuthorizeOffline', true) ? this.known(token) : null;
    if (known !== null) return known;
    if (settings.boolean('AuthCtrlr.OfflineTxForUnknownIdEnabled', false)) return { info: { status: 'Accepted' }, by: 'none' };
    return { info: { status: 'Unknown' }, by: 'none' };
  }
}
