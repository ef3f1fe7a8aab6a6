/** 5. When all is quiet the CSMS, the driver's screen and the hardware say the same. */
import type { Scene } from '../scene.ts';
import type { EvseLook, Invariant } from './invariant.ts';

/** What a connector's status may be for what the driver sees: 1.6's words, then 2.x's. */
const WORDS: Readonly<Record<EvseLook['state'], readonly [v16: readonly string[], v2: readonly string[]]>> = {
  idle: [['Available'], ['Available']],
  checking: [['Available', 'Preparing'], ['Available', 'Occupied']],
  plugIn: [['Preparing', 'SuspendedEV'], ['Available', 'Occupied']],
  waitingForCard: [['Preparing', 'Finishing'], ['Occupied']],
  preparing: [['Preparing', 'SuspendedEV'], ['Occupied']],
  charging: [['Charging'], ['Occupied']],
  suspendedByCar: [['SuspendedEV'], ['Occupied']],
  suspendedByStation: [['SuspendedEVSE'], ['Occupied']],
  stopping: [['Finishing', 'Preparing', 'Charging', 'SuspendedEV', 'SuspendedEVSE'], ['Occupied', 'Available']],
  finished: [['Finishing', 'Available', 'Preparing', 'SuspendedEV', 'SuspendedEVSE'], ['Occupied', 'Available', 'Unavailable']],
  reserved: [['Reserved'], ['Reserved']],
  unavailable: [['Unavailable'], ['Unavailable']],
  faulted: [['Faulted'], ['Faulted']],
};

export const agreement: Invariant = {
  calm(scene, look) {
    if (look === null) return [];
    const told = toldStatuses(scene);
    return look.evses.flatMap((evse) => [...againstCsms(scene, evse, told.get(evse.id)), ...againstHardware(scene, evse)]);
  },

  end(scene) {
    const told = toldStatuses(scene);
    const off = scene.availability.off();
    return scene.evses.flatMap((evse) => {
      const status = told.get(evse);
      return status === 'Available' || (status === 'Unavailable' && off.length > 0) ? [] : [`EVSE ${evse}: everybody has left, and the CSMS was told ${String(status)}`];
    });
  },
};

function toldStatuses({ world, story }: Scene): Map<number, string> {
  const told = new Map<number, string>();
  for (const status of world.csms.of('StatusNotification')) {
    const id = Number(story.edition === 'ocpp1.6' ? status.connectorId : status.evseId);
    if (id !== 0) told.set(id, String(status.connectorStatus ?? status.status));
  }
  return told;
}

function againstCsms({ story }: Scene, { id, state, status }: EvseLook, told: string | undefined): string[] {
  const words = WORDS[state][story.edition === 'ocpp1.6' ? 0 : 1];
  if (told === undefined || !words.includes(told)) return [`EVSE ${id}: the driver sees ${state}, the CSMS was told ${String(told)}`];
  return story.edition !== 'ocpp1.6' && told !== status ? [`EVSE ${id} is ${status}, the CSMS was told ${told}`] : [];
}

function againstHardware({ world }: Scene, { id, state, contactorClosed, plugged, faulted, linkUp }: EvseLook): string[] {
  const problems: string[] = [];
  if (contactorClosed && !['charging', 'stopping', 'faulted'].includes(state)) problems.push(`EVSE ${id}: the contactor is closed, the driver sees ${state}`);
  if (state === 'charging' && !contactorClosed) problems.push(`EVSE ${id}: the driver sees charging, the contactor is open`);
  if (faulted !== (state === 'faulted')) problems.push(`EVSE ${id}: ${faulted ? 'faulted' : 'sound'}, the driver sees ${state}`);
  if (plugged && ['idle', 'plugIn'].includes(state)) problems.push(`EVSE ${id}: plugged in, the driver sees ${state}`);
  const { box } = world;
  if (box === null || !linkUp) return problems;
  if (plugged !== box.emulator.plugged && !box.emulator.broken) problems.push(`the box ${box.emulator.plugged ? 'has' : 'has no'} car, the station thinks otherwise`);
  if (state === 'suspendedByCar' && box.emulator.wants) problems.push('the car wants energy and gets none');
  return problems;
}
