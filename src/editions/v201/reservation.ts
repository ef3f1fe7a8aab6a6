/** Block H: reservations. */
import type {
  CancelReservationRequest, CancelReservationResponse, ReservationStatusUpdateRequest, ReserveNowRequest, ReserveNowResponse,
} from '../../ocpp/v201/index.ts';
import type { StationApi } from '../../station/api.ts';
import type { ReservationStatusReport } from '../../station/reports.ts';
import { on, type BlockHandlers } from '../handlers.ts';
import { fromIdToken, wireStatusInfo } from './wire.ts';

export const reservationHandlers: BlockHandlers = ({ station }) => [
  ['ReserveNow', on((request: ReserveNowRequest) => reserveNow(station, request))],
  ['CancelReservation', on((request: CancelReservationRequest) => cancelReservation(station, request))],
];

/** H01. */
async function reserveNow(station: StationApi, request: ReserveNowRequest): Promise<ReserveNowResponse> {
  const { status, reason } = await station.reservation.reserve({
    id: request.id,
    expiryMs: Date.parse(request.expiryDateTime),
    idToken: fromIdToken(request.idToken),
    ...(request.groupIdToken === undefined ? {} : { groupIdToken: fromIdToken(request.groupIdToken) }),
    ...(request.evseId === undefined ? {} : { evseId: request.evseId }),
    ...(request.connectorType === undefined ? {} : { connectorType: request.connectorType }),
  });
  return { status, ...wireStatusInfo(reason) };
}

/** H02. */
async function cancelReservation(station: StationApi, { reservationId }: CancelReservationRequest): Promise<CancelReservationResponse> {
  const { status, reason } = await station.reservation.cancel(reservationId);
  return { status, ...wireStatusInfo(reason) };
}

/** H01.FR.16, H04. */
export function reservationStatusUpdate({ reservationId, status }: ReservationStatusReport): ReservationStatusUpdateRequest {
  return { reservationId, reservationUpdateStatus: status };
}
