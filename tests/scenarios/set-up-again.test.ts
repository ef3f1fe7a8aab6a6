/** The technician sets the station up again, after its CSMS has changed what set-up had said before. */
import { describe, expect, it } from 'vitest';
import { item, set, World } from '../conformance/charging-station.ts';
import { OTHER_PASSWORD, PASSWORD } from '../conformance/secure-link.ts';

const FIRST = 'ws://csms.example/ocpp';
const SECOND = 'ws://second.example/ocpp';
const THIRD = 'ws://third.example/ocpp';
const THIRD_PASSWORD = 'third-password-00003';
const PRIORITY = 'OCPPCommCtrlr.NetworkConfigurationPriority';

async function fill(world: World, configurationSlot: number, ocppCsmsUrl: string, securityProfile: number): Promise<void> {
  expect(await world.ask('SetNetworkProfile', { configurationSlot, connectionData: {
    messageTimeout: 30, ocppCsmsUrl, ocppInterface: 'Wired0', ocppVersion: 'OCPP20', ocppTransport: 'JSON', securityProfile,
  } })).toEqual({ status: 'Accepted' });
}

async function value(world: World, name: string, instance?: string): Promise<string> {
  const wanted = item(name) as { component: object };
  const { getVariableResult } = await world.ask('GetVariables', { getVariableData: [{ ...wanted, component: { ...wanted.component, ...(instance === undefined ? {} : { instance }) } }] });
  return (getVariableResult as readonly { attributeValue: string }[])[0]?.attributeValue ?? '';
}

/** Where the station went from this moment on, and with which password. */
function attempts(world: World): () => string[] {
  const from = world.csms.handshakes.length;
  return () => world.csms.handshakes.slice(from).map(({ url, basicAuth }) => [new URL(url).host, ...(basicAuth === null ? [] : [basicAuth.password])].join(' '));
}

async function restarted(world: World, link: World['link'] = world.link, seconds = 20): Promise<() => string[]> {
  world.kill();
  world.link = link;
  const seen = attempts(world);
  await world.start(seconds);
  return seen;
}

describe('the address', () => {
  it('of the CSMS in slot 1 stays over restarts; a new one of set-up takes slot 1 again', async () => {
    const world = await World.started({ link: { csmsUrl: FIRST } });
    await fill(world, 1, SECOND, 0);
    expect((await restarted(world))()).toEqual(['second.example']);
    expect((await restarted(world))()).toEqual(['second.example']);
    expect((await restarted(world, { csmsUrl: THIRD }))()).toEqual(['third.example']);
    expect(await value(world, 'NetworkConfiguration.OcppCsmsUrl', '1')).toBe(THIRD);
    expect(world.securityLog().map(({ techInfo }) => techInfo).filter((info) => info?.startsWith('set up') === true)).toEqual(['set up anew: address and security profile']);
    // And from then on the CSMS's word is the newer one.
    await fill(world, 1, SECOND, 0);
    expect((await restarted(world))()).toEqual(['second.example']);
  });

  it('of set-up comes first, whatever the order was; the CSMS\'s other slots come after it', async () => {
    const world = await World.started({ link: { csmsUrl: FIRST } });
    await fill(world, 2, SECOND, 0);
    await set(world, PRIORITY, '2,1');
    expect((await restarted(world))()).toEqual(['second.example']);
    world.csms.unreachable = 'third.example';
    expect((await restarted(world, { csmsUrl: THIRD }, 300))()).toEqual(['third.example', 'third.example', 'third.example', 'second.example']);
    expect(await value(world, PRIORITY)).toBe('1,2');
  });

  it('of a CSMS that is left is no way back', async () => {
    const world = await World.started({ link: { csmsUrl: FIRST } });
    world.csms.unreachable = 'third.example';
    expect(new Set((await restarted(world, { csmsUrl: THIRD }, 900))())).toEqual(new Set(['third.example']));
  });

  it('and the security profile are set-up\'s, where the CSMS had raised that', async () => {
    const world = await World.started({ link: { csmsUrl: FIRST, securityProfile: 0 } });
    await fill(world, 2, SECOND, 1);
    await set(world, 'SecurityCtrlr.BasicAuthPassword', OTHER_PASSWORD);
    await set(world, PRIORITY, '2,1');
    await world.seconds(20);
    expect(await value(world, 'SecurityCtrlr.SecurityProfile')).toBe('1');
    expect((await restarted(world))()).toEqual([`second.example ${OTHER_PASSWORD}`]); // slot 1 is empty now, and stays so
    expect((await restarted(world, { csmsUrl: THIRD, securityProfile: 0 }))()).toEqual(['third.example']);
    expect(await value(world, 'SecurityCtrlr.SecurityProfile')).toBe('0');
  });
});

describe('the password', () => {
  const link = { csmsUrl: FIRST, securityProfile: 1, password: PASSWORD } as const;

  async function changedByCsms(): Promise<World> {
    const world = await World.started({ link });
    await set(world, 'SecurityCtrlr.BasicAuthPassword', OTHER_PASSWORD);
    await world.seconds(10);
    expect((await restarted(world))()).toEqual([`csms.example ${OTHER_PASSWORD}`]);
    return world;
  }

  it('of set-up, when it is a new one, comes before that of the CSMS', async () => {
    const world = await changedByCsms();
    expect((await restarted(world, { ...link, password: THIRD_PASSWORD }))()).toEqual([`csms.example ${THIRD_PASSWORD}`]);
    expect(world.securityLog().at(-1)).toMatchObject({ type: 'ReconfigurationOfSecurityParameters', techInfo: 'set up anew: password' });
    expect(JSON.stringify([world.securityLog(), world.logs])).not.toContain(THIRD_PASSWORD);
    expect((await restarted(world))()).toEqual([`csms.example ${THIRD_PASSWORD}`]);
  });

  it('of set-up, when it is wrong, doesn\'t cost the station', async () => {
    const world = await changedByCsms();
    world.csms.gatekeeper = ({ basicAuth }) => (basicAuth?.password === OTHER_PASSWORD ? null : ['unauthorized']);
    expect((await restarted(world, { ...link, password: THIRD_PASSWORD }))()).toEqual([`csms.example ${THIRD_PASSWORD}`, `csms.example ${OTHER_PASSWORD}`]);
  });

  it('of one CSMS is never offered to another one that set-up names', async () => {
    const world = await changedByCsms();
    world.csms.gatekeeper = () => ['unauthorized'];
    const seen = await restarted(world, { csmsUrl: THIRD, securityProfile: 1, password: THIRD_PASSWORD }, 600);
    expect(new Set(seen())).toEqual(new Set([`third.example ${THIRD_PASSWORD}`]));
  });
});
