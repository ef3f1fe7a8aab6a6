import { describe, expect, it } from 'vitest';
import type { SetupConfig } from '../link/commands.ts';
import { DeviceModel } from '../station/device-model/device-model.ts';
import { MemoryStore } from '../platform/virtual/memory-store.ts';
import { profileOf } from '../link/hardware-profile.ts';
import { applySettings, exportConfiguration, readConfiguration } from './configuration-file.ts';
import { deviceModelDeps } from './topology.ts';

const SETUP: SetupConfig = {
  identity: 'CP1', csmsUrl: 'wss://csms.example/ocpp', password: 'a-secret-of-16-chars', securityProfile: 2, editions: ['ocpp2.0.1'],
  hardware: { kind: 'simulated', evses: 1 }, currency: 'EUR',
};

function model(store: MemoryStore): Promise<DeviceModel> {
  return DeviceModel.load({ ...deviceModelDeps({ profile: profileOf(SETUP.hardware), chargers: [], identity: 'CP1', firmware: '1' }), store });
}

async function exported(): Promise<{ text: string; settings: Record<string, string> }> {
  const store = new MemoryStore();
  const deviceModel = await model(store);
  await deviceModel.factorySet('Kerbside.HelpLine', '0800 555 0427');
  await deviceModel.factorySet('SecurityCtrlr.BasicAuthPassword', 'another-secret-16');
  await deviceModel.factorySet('SecurityCtrlr.Identity', 'CP1');
  const text = await exportConfiguration(SETUP, deviceModel, store);
  return { text, settings: (JSON.parse(text) as { settings: Record<string, string> }).settings };
}

describe('a configuration file', () => {
  it('has what differs from the factory and may be read, and no password', async () => {
    const { text, settings } = await exported();
    expect(settings).toEqual({ 'Kerbside.HelpLine': '0800 555 0427' });
    expect(text).not.toContain('secret');
  });

  it('is taken by another station; what that one doesn\'t know or allow is listed, with the reason', async () => {
    const { setup, settings } = await readConfiguration((await exported()).text);
    expect(setup).toEqual({ ...SETUP, password: undefined });
    const store = new MemoryStore();
    const deviceModel = await model(store);
    const result = await applySettings(deviceModel, { ...settings, 'Kerbside.NoSuch': '1', 'Kerbside.ScreenDiagonal': 'big', 'SecurityCtrlr.SecurityProfile': '3', nonsense: '' });
    expect(result.set).toBe(1);
    expect(result.refused.map(({ name }) => name)).toEqual(['Kerbside.NoSuch', 'Kerbside.ScreenDiagonal', 'SecurityCtrlr.SecurityProfile', 'nonsense']);
    expect(result.refused.every(({ reason }) => reason !== '')).toBe(true);
    expect(deviceModel.string('Kerbside.HelpLine')).toBe('0800 555 0427');
  });

  const good = { format: 'kerbside-configuration', version: 1, setup: { ...SETUP, password: undefined }, settings: {} };
  it.each([
    ['no JSON', '{'],
    ['another file', '{"name":"x"}'],
    ['a list', '[]'],
    ['a later version', JSON.stringify({ ...good, version: 2 })],
    ['no set-up', JSON.stringify({ ...good, setup: undefined })],
    ['a set-up of the wrong types', JSON.stringify({ ...good, setup: { ...SETUP, identity: 7 } })],
    ['a set-up that set-up would refuse', JSON.stringify({ ...good, setup: { ...good.setup, csmsUrl: 'http://csms.example' } })],
    ['hardware without a kind', JSON.stringify({ ...good, setup: { ...good.setup, hardware: {} } })],
    ['a password', JSON.stringify({ ...good, setup: SETUP })],
    ['settings that are no texts', JSON.stringify({ ...good, settings: { 'Kerbside.HelpLine': 7 } })],
    ['a flood', 'x'.repeat(1_000_001)],
  ])('%s is refused in words', async (_, text) => {
    await expect(readConfiguration(text)).rejects.toMatchObject({ code: 'BadConfiguration', sentence: expect.stringMatching(/\w+ .*\./) as string });
  });

  it('nobody\'s prototype is touched', async () => {
    const text = JSON.stringify(good).replace('"settings":{}', '"settings":{"__proto__.polluted":"1"},"__proto__":{"polluted":true}');
    await readConfiguration(text);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});
