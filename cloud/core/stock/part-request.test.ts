import { AppError } from '@kuluma/shared/errors.ts';
import type { PartRequest } from '@kuluma/shared/model/part-requests.ts';
import { describe, expect, it } from 'vitest';
import { handOver, isWaitedFor, refuse, withdraw } from './part-request.ts';

const request = { quantity: 3, handedOver: 0, state: 'open', reason: '' } as PartRequest;
const codeOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (error instanceof AppError) return error.code;
  }
  return 'none';
};

describe('a request for a part', () => {
  it('stays open until all of it is in the van', () => {
    const partly = handOver(request, { quantity: 2, available: 5 });
    expect(partly).toMatchObject({ handedOver: 2, state: 'open' });
    expect(handOver(partly, { quantity: 1, available: 1 })).toMatchObject({ handedOver: 3, state: 'handedOver' });
  });

  it('takes no more than the depot has, nor than it asks for, and nothing once it is settled', () => {
    expect(codeOf(() => handOver(request, { quantity: 2, available: 1 }))).toBe('STOCK_SHORT');
    expect(codeOf(() => handOver(request, { quantity: 4, available: 9 }))).toBe('CONFLICT');
    for (const state of ['handedOver', 'refused', 'withdrawn'] as const) {
      expect(codeOf(() => handOver({ ...request, state }, { quantity: 1, available: 9 }))).toBe('CONFLICT');
      expect(codeOf(() => refuse({ ...request, state }, 'sold out'))).toBe('CONFLICT');
    }
  });

  it('is refused with its reason, also when a part of it was handed over', () => {
    const partly = { ...request, handedOver: 1 };
    expect(refuse(partly, 'sold out')).toMatchObject({ state: 'refused', reason: 'sold out', handedOver: 1 });
  });

  it('is withdrawn once, however often that is said, and not when it is settled', () => {
    expect(withdraw(withdraw(request)).state).toBe('withdrawn');
    expect(codeOf(() => withdraw({ ...request, state: 'handedOver' }))).toBe('CONFLICT');
  });

  it('is waited for by nobody when its visit is off', () => {
    expect(isWaitedFor(request, { state: 'done' })).toBe(true);
    expect(isWaitedFor(request, { state: 'cancelled' })).toBe(false);
    expect(isWaitedFor(request, undefined)).toBe(false);
    expect(isWaitedFor({ state: 'refused' }, { state: 'booked' })).toBe(false);
  });
});
