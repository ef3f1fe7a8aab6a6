/** OCPP 2.0.1 block P: vendor messages. */
import { describe, expect, it } from 'vitest';
import { DataTransfer } from '../../src/station/data-transfer/data-transfer.ts';
import { charging, item, station } from './charging-station.ts';

const COSTMSG = 'org.openchargealliance.costmsg';

describe('to the station', () => {
  it('TC_P_01_CS P01.FR.05 a vendor that nobody knows', async () => {
    const world = await station();
    expect(await world.ask('DataTransfer', { vendorId: 'org.openchargealliance.octt', messageId: 'any' })).toEqual({ status: 'UnknownVendorId' });
  });

  it.each([['Nothing'], ['setuserprice'], ['toString'], [undefined]])('P01.FR.03 P01.FR.06 a vendor that is known, with the message %s that isn\'t', async (messageId) => {
    const world = await station();
    expect(await world.ask('DataTransfer', { vendorId: COSTMSG, ...(messageId === undefined ? {} : { messageId }) })).toEqual({ status: 'UnknownMessageId' });
  });

  it('P01.FR.04 P01.FR.07 what is known is taken or refused as the vendor\'s note says, whatever its length', async () => {
    const world = await station();
    const priceText = 'x'.repeat(20_000);
    expect(await world.ask('DataTransfer', { vendorId: COSTMSG, messageId: 'SetUserPrice', data: { idToken: 'A', priceText } })).toEqual({ status: 'Accepted' });
    expect(await world.ask('DataTransfer', { vendorId: COSTMSG, messageId: 'SetUserPrice', data: { idToken: 'A' } })).toEqual({ status: 'Rejected' });
    expect(await world.ask('DataTransfer', { vendorId: COSTMSG, messageId: 'FinalCost', data: { transactionId: 'never', cost: 1, priceText: 'x' } })).toEqual({ status: 'Rejected' });
  });

  it('P01.FR.05 an extension that is switched off is as unknown as any', async () => {
    const world = await station();
    const address = { component: { name: 'CustomizationCtrlr' }, variable: { name: 'CustomImplementationEnabled', instance: COSTMSG } };
    expect(await world.ask('SetVariables', { setVariableData: [{ ...address, attributeValue: 'false' }] })).toMatchObject({ setVariableResult: [{ attributeStatus: 'Accepted' }] });
    expect(await world.ask('DataTransfer', { vendorId: COSTMSG, messageId: 'SetUserPrice', data: {} })).toEqual({ status: 'UnknownVendorId' });
  });

  it('P01.FR.02 extensions register by vendor and message', async () => {
    const registry = new DataTransfer();
    registry.register({ vendorId: 'com.example', messages: { Ping: ({ data }) => ({ status: 'Accepted', data }), '': () => ({ status: 'Rejected' }) } });
    expect(await registry.receive({ vendorId: 'com.example', messageId: 'Ping', data: { n: 1 } })).toEqual({ status: 'Accepted', data: { n: 1 } });
    expect(await registry.receive({ vendorId: 'com.example' })).toEqual({ status: 'Rejected' });
    expect(await registry.receive({ vendorId: 'com.example', messageId: 'Pong' })).toEqual({ status: 'UnknownMessageId' });
    expect(COSTMSG).toMatch(/^[a-z]{2,}(\.[a-z0-9-]+)+$/);
  });
});

describe('from the station', () => {
  it('P02.FR.02 nothing that OCPP has a message for goes as DataTransfer: a whole session needs none', async () => {
    const world = await station();
    await charging(world);
    await world.seconds(70);
    await world.card();
    await world.seconds(3);
    world.ev().unplug();
    await world.seconds(10);
    expect(world.csms.received.length).toBeGreaterThan(5);
    expect(world.csms.of('DataTransfer')).toEqual([]);
  });
});

describe('custom data', () => {
  const customData = { vendorId: 'com.example', anything: { nested: [1, 2] } };

  it('TC_P_03_CS in a request changes nothing of what it asks', async () => {
    const world = await station();
    const { setVariableResult } = await world.ask('SetVariables', { customData, setVariableData: [item('OCPPCommCtrlr.OfflineThreshold', { attributeValue: '200', attributeType: 'Actual', customData })] });
    expect(setVariableResult).toMatchObject([{ attributeStatus: 'Accepted' }]);
    const { getVariableResult } = await world.ask('GetVariables', { customData, getVariableData: [item('OCPPCommCtrlr.OfflineThreshold', { attributeType: 'Actual', customData })] });
    expect(getVariableResult).toMatchObject([{ attributeStatus: 'Accepted', attributeType: 'Actual', attributeValue: '200' }]);
  });

  it('TC_P_04_CS in a charging profile neither', async () => {
    const world = await station();
    expect(await world.ask('SetChargingProfile', {
      evseId: 1,
      chargingProfile: {
        id: 11, stackLevel: 0, chargingProfilePurpose: 'TxDefaultProfile', chargingProfileKind: 'Relative', customData,
        chargingSchedule: [{ id: 1, duration: 300, chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 6, numberPhases: 3, customData }] }],
      },
    })).toMatchObject({ status: 'Accepted' });
  });
});
