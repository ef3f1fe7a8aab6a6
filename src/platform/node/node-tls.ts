/** TLS as OCPP wants it (A00.FR.3xx, A00.FR.4xx): 1.2 at least, no weak cipher suites, own roots and an own certificate. */
import { constants } from 'node:crypto';
import { isIP } from 'node:net';
import { connect, type ConnectionOptions, type SecureContextOptions, type TLSSocket } from 'node:tls';
import type { SocketClose, TlsMaterial } from '../ports.ts';

/** TLS 1.3's own, then A00.FR.319's four, those with forward secrecy first. */
const CIPHER_SUITES = [
  'TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'ECDHE-ECDSA-AES128-GCM-SHA256', 'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES128-GCM-SHA256', 'ECDHE-RSA-AES256-GCM-SHA384', 'AES128-GCM-SHA256', 'AES256-GCM-SHA384',
].join(':');

export function tlsOptions(material: TlsMaterial | undefined): SecureContextOptions {
  const { roots = [], client } = material ?? {};
  return {
    minVersion: 'TLSv1.2',
    ciphers: CIPHER_SUITES,
    secureOptions: constants.SSL_OP_NO_COMPRESSION, // A00.FR.321
    // A new root that the old one has signed may stand alone in the store (M05.FR.10).
    ...(roots.length === 0 ? {} : { ca: [...roots], allowPartialTrustChain: true }),
    ...(client === undefined ? {} : { cert: client.chain, key: client.key }),
  };
}

/**
 * Opens the TLS connection for a WebSocket, as `ws` would itself, and tells when both ends have agreed on version, cipher
 * suite and keys: what fails after that is something else.
 */
export function connectTls(options: ConnectionOptions, onAgreed: () => void): TLSSocket {
  const { host = '', servername = isIP(host) === 0 ? host : '' } = options;
  const socket = connect({ ...options, path: undefined, servername });
  socket.once('keylog', onAgreed); // the keys themselves are nobody's business
  return socket;
}

/** OpenSSL's reason alone, without thread, function and source file. */
export function plainReason(message: string): string {
  return /:SSL routines:[^:]*:([^:]+):/.exec(message)?.[1] ?? message;
}

/**
 * What Node and OpenSSL say of a failed handshake; null: nothing of TLS.
 * @param agreed a cipher suite had been found already: over TLS 1.2 a missing client certificate is a "handshake failure" too
 */
export function tlsFaultOf(code: string, message: string, agreed = false): NonNullable<SocketClose['tlsFault']> | null {
  if (/^(CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|ERR_TLS_CERT_ALTNAME|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH)/.test(code)) return 'certificate';
  if (/UNSUPPORTED_PROTOCOL|PROTOCOL_VERSION|WRONG_VERSION_NUMBER/.test(code) || /unsupported protocol|protocol version/i.test(message)) return 'version';
  if (/NO_SHARED_CIPHER|WRONG_CIPHER|HANDSHAKE_FAILURE|NO_CIPHERS/.test(code) || /no shared cipher|wrong cipher|handshake failure/i.test(message)) return agreed ? 'clientCertificate' : 'cipherSuite';
  if (/CERTIFICATE_REQUIRED|BAD_CERTIFICATE|UNKNOWN_CA|CERTIFICATE_UNKNOWN|CERTIFICATE_EXPIRED|CERTIFICATE_REVOKED/.test(code)
    || /alert (bad certificate|unknown ca|certificate)/i.test(message)) return 'clientCertificate';
  return null;
}
