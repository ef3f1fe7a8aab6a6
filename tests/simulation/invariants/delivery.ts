/** 4. What must arrive arrives once the CSMS can be reached, in bounded time; nothing wedges; parked ones are accounted for. */
import type { Invariant } from './invariant.ts';

export const delivery: Invariant = {
  calm(scene, look) {
    if (look === null) return ['the station doesn\'t run'];
    const problems: string[] = [];
    if (!look.accepted) problems.push('the station isn\'t registered');
    if (look.queued > 0) problems.push(`${look.queued} messages are still queued`);
    // What was asked on the connection that stands, since all was mended.
    const open = scene.world.csms.asked.filter(({ answer, connection, atMs }) => answer === null && connection === scene.world.csms.connections && atMs >= scene.calmSinceMs && look.atMs - atMs > 60_000);
    if (open.length > 0) problems.push(`${open.map(({ action }) => action).join(', ')} never answered`);
    return problems;
  },

  end(scene) {
    const { world, mirror } = scene;
    const problems: string[] = [];
    const waiting = [...mirror.outbox];
    if (waiting.length > 0) problems.push(`the disk still holds ${waiting.length} messages to send`);
    if (mirror.parked.size > 0) problems.push(`${mirror.parked.size} messages are parked: ${[...mirror.parked.values()].map(({ report, lastError }) => `${report.kind} (${lastError ?? ''})`).join(', ')}`);
    for (const record of mirror.guaranteed.values()) {
      const { report } = record;
      if (report.kind === 'securityEvent' && !world.csms.of('SecurityEventNotification').some(({ type }) => type === report.type)) problems.push(`a security event ${report.type} never arrived`);
      if (report.kind === 'reservationStatus' && scene.story.edition !== 'ocpp1.6' && !world.csms.of('ReservationStatusUpdate').some(({ reservationId }) => reservationId === report.reservationId)) {
        problems.push(`the end of reservation ${report.reservationId} never arrived`);
      }
    }
    return problems;
  },
};
