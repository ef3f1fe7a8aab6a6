import { describe, expect, it } from 'vitest';
import { plainReason, tlsFaultOf } from './node-tls.ts';

/** As Node 20 words what OpenSSL 3 reports. */
const alert = (reason: string, number: number): string => `804CEC00E67F0000:error:0A000418:SSL routines:ssl3_read_bytes:${reason}:../deps/openssl/openssl/ssl/record/rec_layer_s3.c:1601:SSL alert number ${number}\n`;

describe('what a failed handshake says', () => {
  it.each([
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'unable to verify the first certificate', 'certificate'],
    ['CERT_HAS_EXPIRED', 'certificate has expired', 'certificate'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'Hostname/IP does not match certificate\'s altnames', 'certificate'],
    ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', alert('tlsv1 alert protocol version', 70), 'version'],
    ['ERR_SSL_UNSUPPORTED_PROTOCOL', 'unsupported protocol', 'version'],
    ['ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', alert('sslv3 alert handshake failure', 40), 'cipherSuite'],
    ['EPROTO', `write EPROTO ${alert('tlsv1 alert unknown ca', 48)}`, 'clientCertificate'],
    ['EPROTO', `write EPROTO ${alert('sslv3 alert certificate expired', 45)}`, 'clientCertificate'],
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', alert('tlsv13 alert certificate required', 116), 'clientCertificate'],
    ['ECONNRESET', 'socket hang up', null],
    ['ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:1', null],
  ] as const)('%s: %s', (code, message, fault) => {
    expect(tlsFaultOf(code, message)).toBe(fault);
  });

  it('a handshake failure after both have agreed on a cipher suite isn\'t about that: over TLS 1.2 a missing client certificate is told so', () => {
    expect(tlsFaultOf('EPROTO', `write EPROTO ${alert('sslv3 alert handshake failure', 40)}`, true)).toBe('clientCertificate');
  });

  it('for people, without thread, function and source file', () => {
    expect(plainReason(`write EPROTO ${alert('tlsv1 alert unknown ca', 48)}`)).toBe('tlsv1 alert unknown ca');
    expect(plainReason('certificate has expired')).toBe('certificate has expired');
  });
});
