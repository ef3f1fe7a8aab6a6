/**
 * May this token charge? The order of section C 1 and of 1.6's sections 3.5 and 5.1: local knowledge first where
 * LocalPreAuthorize says so, else the CSMS, else (offline) what LocalAuthorizeOffline and OfflineTxForUnknownIdEnabled
 * allow.
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
  /** `ocpp1.6`, `ocpp2.0.1`: in force now, or last. */
  readonly edition: () => string;
  /** Has this run been accepted at least once, or may it serve before that (TxBeforeAcceptedEnabled)? */
  readonly mayServeUnaccepted: () => boolean;
  /** What the CSMS said of a token isn't what its list says (1.6 section 3.5.2). */
  readonly onListConflict: () => void;
}

/** All tokens of 1.6 are of this one type, whatever read them. */
const TYPE_OF_1_6 = 'ISO14443';
/** C02.FR.03, C03.FR.02, C05.FR.02; a PIN is too short for its hash to hide it (C04.FR.03 leaves it open). */
const NEVER_CACHED: ReadonlySet<string> = new Set(['NoAuthorization', 'Central', 'KeyCode']);

export class Authorizer {
  constructor(private readonly deps: AuthorizerDeps) {}

  /** C01..C06, C12, C14, C15; with a contract C07. Never rejects. */
  async decide(token: IdToken, contract?: CheckedContract): Promise<Decision> {
    const { settings } = this.deps;
    // C02: nothing to decide; C05: the CSMS started it, so it knows the token.
    if (token.type === 'NoAuthorization' || token.type === 'Central') return { info: { status: 'Accepted' }, by: 'none' };
    if (!settings.boolean('AuthCtrlr.Enabled', true)) return { info: { status: 'Accepted' }, by: 'none' };

    const known = this.known(token);
    const csms = this.deps.csms();
    if (csms !== null && settings.boolean('AuthCtrlr.DisableRemoteAuthorization', false) && contract === undefined) {
      return known === null ? UNKNOWN : this.used(token, known);
    }
    // C07.FR.01, C06.FR.02: what a car presents, and what was made up here, is always shown to the CSMS that can be reached.
    if (csms !== null && known !== null && contract === undefined && token.type !== 'Local' && this.settledHere(known)) return this.used(token, known);
    if (csms !== null && !settings.boolean('AuthCtrlr.DisableRemoteAuthorization', false)) {
      try {
        const info = await csms.authorize(token, contract?.proof);
        this.learned(token, info); // C10.FR.04
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

  /** What is known here, list before cache (C13.FR.01, C14.FR.01); null: nothing. */
  known(token: IdToken): Decision | null {
    const own = this.typed(token);
    const listed = this.deps.localList.lookUp(own);
    if (listed !== null) return { info: listed, by: 'list' };
    const info = NEVER_CACHED.has(token.type) ? null : this.deps.cache.lookUp(own);
    return info === null ? null : { info, by: 'cache' };
  }

  /** The CSMS has said this of a token, in whatever answer (C10.FR.01, FR.04, FR.05). */
  learned(token: IdToken, info: IdTokenInfo): void {
    const own = this.typed(token);
    const listed = this.deps.localList.lookUp(own);
    if (listed !== null && isValid(listed) !== isValid(info)) this.deps.onListConflict();
    // 1.6 section 3.5.3: what is on the list isn't cached.
    const is16 = this.deps.edition() === 'ocpp1.6';
    if (NEVER_CACHED.has(token.type) || (is16 && listed !== null)) return;
    this.deps.cache.update(own, info);
  }

  /** C12, C14: no need to ask; C10.FR.03, C12.FR.05, C14.FR.03: one that isn't accepted is asked for, unless DisablePostAuthorize. */
  private settledHere({ info, by }: Decision): boolean {
    const { settings } = this.deps;
    if (!settings.boolean('AuthCtrlr.LocalPreAuthorize', false)) return false;
    return info.status === 'Accepted' || settings.boolean(by === 'list' ? 'LocalAuthListCtrlr.DisablePostAuthorize' : 'AuthCacheCtrlr.DisablePostAuthorize', false);
  }

  /** C13, C12, C15: list, cache, then unknown ids. */
  private decideOffline(token: IdToken): Decision {
    const { settings } = this.deps;
    if (!this.deps.mayServeUnaccepted()) return { info: { status: 'Invalid' }, by: 'none' };
    const known = this.known(token);
    // Known to be bad is not the same as unknown (1.6 section 3.5.4).
    if (known !== null && (known.info.status !== 'Accepted' || settings.boolean('AuthCtrlr.LocalAuthorizeOffline', true))) return this.used(token, known);
    if (settings.boolean('AuthCtrlr.OfflineTxForUnknownIdEnabled', false)) return { info: { status: 'Accepted' }, by: 'none' }; // C15.FR.08
    return UNKNOWN;
  }

  private used(token: IdToken, known: Decision): Decision {
    if (known.by === 'cache' && known.info.status === 'Accepted') this.deps.cache.touch(this.typed(token));
    return known;
  }

  private typed(token: IdToken): IdToken {
    return this.deps.edition() === 'ocpp1.6' ? { ...token, type: TYPE_OF_1_6 } : token;
  }
}

const UNKNOWN: Decision = { info: { status: 'Unknown' }, by: 'none' };

/** 1.6 section 3.5.2: somebody who charges elsewhere just now has a valid token. */
function isValid({ status }: IdTokenInfo): boolean {
  return status === 'Accepted' || status === 'ConcurrentTx';
}
