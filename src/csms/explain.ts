/** Why the CSMS isn't reached, in words, and what to try. A browser tells little; this says no more than is known. */
import type { SocketClose } from '../platform/ports.ts';

export interface Explanation { readonly code: string; readonly sentence: string; readonly advice: string }

const TLS_FAULTS: Readonly<Record<NonNullable<SocketClose['tlsFault']> | 'unknown', Explanation>> = {
  certificate: {
    code: 'TlsCertificate', sentence: 'The CSMS\'s certificate isn\'t valid here.',
    advice: 'Check this device\'s clock, the name in the address, and that the CSMS\'s certificate authority is installed.',
  },
  version: {
    code: 'TlsVersion', sentence: 'The CSMS offers only TLS versions that are too old.',
    advice: 'Enable TLS 1.2 or 1.3 at the CSMS\'s server.',
  },
  cipherSuite: {
    code: 'TlsCipherSuite', sentence: 'The CSMS offers only cipher suites that are too weak.',
    advice: 'Enable the AES-GCM cipher suites at the CSMS\'s server.',
  },
  clientCertificate: {
    code: 'TlsClientCertificate', sentence: 'The CSMS refused this station\'s certificate, or wants one.',
    advice: 'Compare the security profile with what the CSMS expects, and have the certificate renewed.',
  },
  unknown: {
    code: 'Tls', sentence: 'A secure connection could not be made.',
    advice: 'Check this device\'s clock, and that it trusts the CSMS\'s certificate authority.',
  },
};

export function explainClose(why: SocketClose, opened: boolean): Explanation {
  if (opened) {
    return {
      code: 'ConnectionLost',
      sentence: why.reason === '' ? 'The connection to the CSMS was lost.' : `The CSMS closed the connection: ${why.reason.slice(0, 120)}`,
      advice: 'The station connects again by itself. If this keeps happening, look at the network and the CSMS\'s log.',
    };
  }
  switch (why.kind) {
    case 'timeout': return {
      code: 'ConnectTimeout', sentence: 'The CSMS didn\'t answer in time.',
      advice: 'Check the address and that a firewall lets this device out.',
    };
    case 'refused': return {
      code: 'Refused', sentence: 'Nothing answers at the CSMS\'s address.',
      advice: 'Check host name, port and that this device is on the network.',
    };
    case 'unauthorized': return {
      code: 'Unauthorized', sentence: 'The CSMS refused the identity or the password.',
      advice: 'Compare identity and password with what the CSMS holds for this station.',
    };
    case 'notFound': return {
      code: 'UnknownStation', sentence: 'The CSMS doesn\'t know this station\'s identity.',
      advice: 'Register the station at the CSMS, or correct the identity or the path of the address.',
    };
    case 'tls': return TLS_FAULTS[why.tlsFault ?? 'unknown'];
    case 'protocol': return {
      code: 'Protocol', sentence: 'What answers there doesn\'t speak OCPP over WebSocket.',
      advice: 'Check the path of the address and the OCPP versions that the CSMS offers.',
    };
    case 'closed': case 'failed': return {
      code: 'Failed', sentence: 'The connection failed before it opened. A browser doesn\'t tell why.',
      advice: 'It may be the address, the network, the certificate, or identity and password. Use Test to narrow it down.',
    };
  }
}
