import { AppError } from '@kuluma/shared/errors.ts';

const unitsMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Milliseconds of `500ms`, `10s`, `5m`, `1h` or `2d`. @throws INPUT_INVALID */
export const durationMs = (text: string): number => {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text) ?? [];
  if (!amount || !unit)
    throw new AppError('INPUT_INVALID', `"${text}" is no length of time`, { hint: 'for example 10s, 5m or 1h' });
  return Number(amount) * unitsMs[unit as keyof typeof unitsMs];
};
