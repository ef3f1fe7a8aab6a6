/**
 * A firmware signing certificate that its manufacturer has revoked (2.0.1 part 2, 1.5 and L01; 1.6 security whitepaper,
 * L01). The CSMS tells, where the certificate names a responder.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { ocspResponse, type OcspOptions } from '../fixtures/ocsp.ts';
import type { Issued } from '../fixtures/pki.ts';
import { World } from '../scenarios/world.ts';
import { base64, FILE, prepare, request, signer, story, told, type Signer } from './firmware.ts';

type Edition = 'ocpp2.0.1' | 'ocpp1.6';
interface Maker extends Signer { readonly sub: Issued }

let maker: Maker;

beforeAll(async () => {
  const { root } = await signer();
  const sub = await root.issue('Sub-CA', { ca: true });
  const certificate = await sub.issue('Firmware Signing', { keyUsage: 1, ocspUrl: 'http://ocsp.maker.example' });
  maker = { root, sub, certificate, signature: base64(await certificate.signData(FILE)) };
});

/** What the CSMS got of GetCertificateStatus, in whatever words. */
const asked = (world: World): unknown[] => (world.csms.edition === 'ocpp2.0.1' ? world.csms.of('GetCertificateStatus')
  : world.csms.of('DataTransfer').filter(({ messageId }) => messageId === 'GetCertificateStatus').map(({ data }) => JSON.parse(String(data)) as unknown));

async function ready(edition: Edition, answer: OcspOptions | 'none' | 'silent' | 'error', settings: readonly (readonly [string, string])[] = []): Promise<World> {
  const world = await World.started({ edition, settings });
  await prepare(world, maker);
  const ocspResult = typeof answer === 'string' ? '' : base64(await ocspResponse(maker.certificate, maker.sub, answer));
  const payload = answer === 'none' ? { status: 'Failed' } : { status: 'Accepted', ocspResult };
  world.csms.answers.set(edition === 'ocpp2.0.1' ? 'GetCertificateStatus' : 'DataTransfer', () => (
    answer === 'silent' ? 'silent' : answer === 'error' ? { error: 'NotSupported' }
      : edition === 'ocpp2.0.1' ? payload : { status: 'Accepted', data: JSON.stringify(payload) }));
  return world;
}

const update = (world: World): Promise<Record<string, unknown>> => world.ask(world.csms.edition === 'ocpp2.0.1' ? 'UpdateFirmware' : 'SignedUpdateFirmware',
  request(world, 7, { signingCertificate: maker.certificate.below(maker.sub).pem, signature: maker.signature }));

describe.each(['ocpp2.0.1', 'ocpp1.6'] as const)('%s', (edition) => {
  const settings = edition === 'ocpp1.6' ? [['ISO15118Ctrlr.PnCEnabled', 'true']] as const : [];

  it('revoked: RevokedCertificate, the security event, and nothing is downloaded', async () => {
    const world = await ready(edition, { status: 'revoked' }, settings);
    const from = world.csms.received.length;
    expect(await update(world)).toMatchObject({ status: 'RevokedCertificate' });
    await world.seconds(30);
    expect(asked(world)).toMatchObject([{ ocspRequestData: { hashAlgorithm: 'SHA256', serialNumber: (await maker.certificate.parsed()).serialNumber, responderURL: 'http://ocsp.maker.example' } }]);
    expect(story(world, from)).toEqual(['event InvalidFirmwareSigningCertificate']);
    expect(world.http.requests).toEqual([]);
  });

  it.each([
    ['a good one', { status: 'good' }], ['one that isn\'t known', { status: 'unknown' }], ['no answer of the responder', 'none'],
    ['a CSMS that doesn\'t know the message', 'error'], ['a CSMS that doesn\'t answer', 'silent'],
    ['one that has expired', { status: 'revoked', fromDay: -9, toDay: -8 }],
  ] as const)('%s is no objection', async (_, answer) => {
    const world = await ready(edition, answer, settings);
    expect(await update(world)).toEqual({ status: 'Accepted' });
    await world.seconds(60);
    expect(told(world, edition === 'ocpp2.0.1' ? undefined : 'SignedFirmwareStatusNotification').map(({ status }) => status)).toContain('Installed');
  });

  it('one that its maker\'s root hasn\'t issued is invalid before anybody is asked', async () => {
    const world = await ready(edition, { status: 'good' }, settings);
    const other = await signer();
    expect(await world.ask(edition === 'ocpp2.0.1' ? 'UpdateFirmware' : 'SignedUpdateFirmware', request(world, 8, { signingCertificate: other.certificate.pem, signature: other.signature })))
      .toMatchObject({ status: 'InvalidCertificate' });
    expect(asked(world)).toEqual([]);
  });
});
