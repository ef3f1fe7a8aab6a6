/** Sections 5.1 and 5.13: reservations. Connector 0 stands for whichever connector is free. */
import type { CancelReservationRequest, CancelReservationResponse, ReserveNowRequest, ReserveNowResponse } from '../../ocpp/v16/index.ts';
import type { StationApi } from '../../station/api.ts';
import { on, type BlockHandlers } from '../handlers.ts';
import { fromConnectorId } from './connectors.ts';
import { TOKEN_TYPE } from './wire.ts';

export const reservationHandlers: BlockHandlers = ({ station }) => [
  ['ReserveNow', on((request: ReserveNowRequest) => reserveNow(station, request))],
  ['CancelReservation', on(async ({ reservationId }: CancelReservationRequest): Promise<CancelReservationResponse> => ({ status: (await station.reservation.cancel(reservationId)).status }))],
];

async function reserveNow(station: StationApi, request: ReserveNowRequest): Promise<ReserveNowResponse> {
  const place = request.connectorId === 0 ? {} : fromConnectorId(station, request.connectorId);
  if (place === null) return { status: 'Rejected' };
  const { status } = await station.reservation.reserve({
    id: request.reservationId,
    expiryMs: Date.parse(request.expiryDate),
    idToken: { value: request.idTag, type: TOKEN_TYPE },
    ...(request.parentIdTag === undefined ? {} : { groupIdToken: { value: request.parentIdTag, type: 'Central' } }),
    ...place,
  });
  return { status };
}
