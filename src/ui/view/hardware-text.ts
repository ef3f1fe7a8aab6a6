/** Devices of a profile in a technician's words. Pure. */
import { CONTROLLER_TEXTS } from '../../link/hardware-texts.ts';
import { METERS, type MeterConfig, type ReaderConfig } from '../../link/hardware.ts';
import type { ControllerProfile } from '../../link/hardware-profile.ts';

export function controllerText(controller: ControllerProfile): string {
  switch (controller.kind) {
    case 'simulated': return 'Simulated';
    case 'openevse': return `OpenEVSE at ${controller.portId}`;
    case 'esp32-evse-at': return `esp32-evse at ${controller.portId}`;
    case 'modbus': {
      const label = CONTROLLER_TEXTS[controller.model].label;
      return `${label} at ${controller.portId}${controller.unit === undefined ? '' : `, bus number ${controller.unit}`}`;
    }
  }
}

export function meterText({ model, portId, unit }: MeterConfig): string {
  return `${METERS.find((meter) => meter.model === model)?.label ?? model} at ${portId}${unit === undefined ? '' : `, bus number ${unit}`}`;
}

const READERS: Readonly<Record<ReaderConfig['kind'], string>> = {
  pn532: 'PN532', rdm6300: 'RDM6300', twn4: 'Elatec TWN4', keyboard: 'Reader that types', webNfc: 'This device\'s own NFC',
};

export function readerText(reader: ReaderConfig): string {
  return `${READERS[reader.kind]}${'portId' in reader ? ` at ${reader.portId}` : ''}`;
}
