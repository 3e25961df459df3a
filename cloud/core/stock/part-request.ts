import { AppError } from '@kuluma/shared/errors.ts';
import type { PartRequest } from '@kuluma/shared/model/part-requests.ts';
import type { ServiceVisit } from '@kuluma/shared/model/service.ts';

/** How many pieces are still wanted. */
export const missingOf = ({ quantity, handedOver }: Pick<PartRequest, 'quantity' | 'handedOver'>): number =>
  quantity - handedOver;

/** Whether somebody waits for it: not for one of a visit that does not take place. */
export const isWaitedFor = (
  { state }: Pick<PartRequest, 'state'>,
  visit: Pick<ServiceVisit, 'state'> | undefined,
): boolean => state === 'open' && visit !== undefined && visit.state !== 'cancelled';

const open = (request: PartRequest): PartRequest => {
  if (request.state !== 'open')
    throw new AppError('CONFLICT', `the request is ${request.state} already`, { hint: 'look again' });
  return request;
};

/**
 * Some or all of it goes into the technician's van.
 * @param available pieces at the depot that hands them over: those kept for the request, and those kept for nobody
 * @throws CONFLICT when it is settled, or asks for fewer; STOCK_SHORT when the depot does not have so many
 */
export const handOver = (
  request: PartRequest,
  { quantity, available }: { readonly quantity: number; readonly available: number },
): PartRequest => {
  const missing = missingOf(open(request));
  if (quantity > missing) throw new AppError('CONFLICT', `only ${missing} are wanted still`, { hint: 'look again' });
  if (quantity > available)
    throw new AppError('STOCK_SHORT', `the depot has ${Math.max(0, available)} of the part to give, not ${quantity}`, {
      hint: 'hand over fewer, take it from another depot, or count the stock',
    });
  return {
    ...request,
    handedOver: request.handedOver + quantity,
    state: quantity === missing ? 'handedOver' : 'open',
  };
};

/** Nothing more of it comes. @throws CONFLICT when it is settled */
export const refuse = (request: PartRequest, reason: string): PartRequest => ({
  ...open(request),
  state: 'refused',
  reason,
});

/** The technician needs nothing more of it. @throws CONFLICT when it is settled otherwise */
export const withdraw = (request: PartRequest): PartRequest =>
  request.state === 'withdrawn' ? request : { ...open(request), state: 'withdrawn' };
