import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskFrame } from './mask.ts';

describe('maskFrame', () => {
  it.each([
    ['ChangeConfiguration of AuthorizationKey', [2, 'i', 'ChangeConfiguration', { key: 'AuthorizationKey', value: 'hunter2' }]],
    ['SetVariables of BasicAuthPassword', [2, 'i', 'SetVariables', { setVariableData: [{ attributeValue: 'hunter2', component: { name: 'SecurityCtrlr' }, variable: { name: 'BasicAuthPassword' } }] }]],
    ['a PIN (C04.FR.04)', [2, 'i', 'Authorize', { idToken: { idToken: 'hunter2', type: 'KeyCode' } }]],
    ['an APN password', [2, 'i', 'SetNetworkProfile', { connectionData: { apn: { apn: 'a', apnPassword: 'hunter2' } } }]],
    ['a VPN key', [2, 'i', 'SetNetworkProfile', { connectionData: { vpn: { server: 's', user: 'u', key: 'hunter2', type: 'IPSec' } } }]],
    ['what is known of a customer', [2, 'i', 'NotifyCustomerInformation', { data: 'hunter2', seqNo: 0, requestId: 1, generatedAt: '2026-01-01T00:00:00Z' }]],
    ['credentials in an upload address', [2, 'i', 'GetDiagnostics', { location: 'ftp://joe:hunter2@files.example/x' }]],
  ])('hides %s and keeps type, id and action', (_what, frame) => {
    const masked = maskFrame(JSON.stringify(frame));
    expect(masked).not.toContain('hunter2');
    expect((JSON.parse(masked) as unknown[]).slice(0, 3)).toEqual(frame.slice(0, 3));
  });

  it('leaves a harmless frame alone', () => {
    const text = '[2,"i","ChangeConfiguration",{"key":"HeartbeatInterval","value":"60"}]';
    expect(maskFrame(text)).toBe(text);
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.string(), (text) => { expect(typeof maskFrame(`${text} password`)).toBe('string'); }));
    expect(maskFrame('["password",'.repeat(50_000))).not.toContain('["password",["');
  });
});
