/** X.509 in a chunk of its own, fetched when the first certificate is looked at. */
import type { X509 } from '../ports.ts';

export class LazyX509 implements X509 {
  private loading: Promise<X509> | null = null;

  constructor(private readonly crypto: Crypto) {}

  readonly parse: X509['parse'] = async (...args) => (await this.load()).parse(...args);
  readonly isSignedBy: X509['isSignedBy'] = async (...args) => (await this.load()).isSignedBy(...args);
  readonly hash: X509['hash'] = async (...args) => (await this.load()).hash(...args);
  readonly signingRequest: X509['signingRequest'] = async (...args) => (await this.load()).signingRequest(...args);
  readonly verifySignature: X509['verifySignature'] = async (...args) => (await this.load()).verifySignature(...args);
  readonly ocspStatus: X509['ocspStatus'] = async (...args) => (await this.load()).ocspStatus(...args);

  private load(): Promise<X509> {
    this.loading ??= import('./peculiar-x509.ts').then(({ createX509 }) => createX509(this.crypto)).catch((error: unknown) => {
      this.loading = null; // e.g. the page's server is away: the next one asks again
      throw error;
    });
    return this.loading;
  }
}
