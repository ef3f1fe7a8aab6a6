/** The functional blocks that stand beside the transaction machine. Each is a folder of this one. */
import type { Block, BlockDeps } from './block.ts';
import { Certificates } from './certificates/certificates.ts';
import { ExpiryWatch } from './certificates/expiry-watch.ts';
import { OcspCache } from './certificates/ocsp-cache.ts';
import { CertificateSigning } from './certificates/signing.ts';
import { DisplayMessages } from './display/display-messages.ts';
import { chainVerifier } from './iso15118/chain-verifier.ts';
import { Iso15118 } from './iso15118/iso15118.ts';
import { Firmware } from './firmware/firmware.ts';
import { SignerTrust } from './firmware/signer-trust.ts';
import { LocalList } from './local-list/local-list.ts';
import { Logs } from './logs/logs.ts';
import { Reservations } from './reservation/reservations.ts';
import { Monitoring } from './monitoring/monitoring.ts';
import { SmartCharging } from './smart-charging/smart-charging.ts';
import { Security } from './security/security.ts';

export type Blocks = ReturnType<typeof createBlocks>;

export function createBlocks(deps: BlockDeps) {
  const localList = new LocalList(deps);
  const logs = new Logs(deps);
  const certificates = new Certificates(deps);
  const expiryWatch = new ExpiryWatch(deps, certificates.own);
  const signing = new CertificateSigning(deps, certificates, expiryWatch);
  const ocsp = new OcspCache(deps, certificates.own, expiryWatch);
  const security = new Security(deps, certificates);
  const display = new DisplayMessages(deps);
  const reservation = new Reservations(deps);
  const monitoring = new Monitoring(deps);
  const smartCharging = new SmartCharging(deps);
  const iso15118 = new Iso15118({
    ...deps,
    verifier: chainVerifier(certificates, deps.x509, (text) => deps.log('warn', 'iso15118', text)),
    schedules: smartCharging,
  });
  const firmware = new Firmware(deps, new SignerTrust(certificates, deps));
  smartCharging.carAt = (evseId) => iso15118.carAt(evseId);
  return {
    localList,
    logs,
    certificates,
    signing,
    ocsp,
    firmware,
    security,
    display,
    reservation,
    monitoring,
    smartCharging,
    iso15118,
  } satisfies Record<string, Block>;
}
