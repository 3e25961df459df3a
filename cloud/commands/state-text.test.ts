import { describe, expect, it } from 'vitest';
import { alarmText } from './state-text.ts';

const quiet = { score: 0.2, alarm: false };
const odd = { score: 1.4, alarm: true };
const points = [{ name: 'flow', unit: 'l/min' }, { name: 'vibration' }];

describe('alarmText', () => {
  it('says since when a machine is in alarm, and why in the units of its points', () => {
    const states = {
      detections: [quiet, odd, quiet, odd, odd],
      drivers: [
        { signal: 0, kind: 'level', amount: -12.04, share: 0.5 },
        { signal: 1, kind: 'movement', amount: 2.41, share: 0.3 },
        { signal: 1, kind: 'change', amount: 3, share: 0.1 },
      ],
    } as const;
    expect(alarmText('pump 3', states, ['1', '2', '3', '4', '5'], points)).toBe(
      'pump 3 in alarm since 4: flow is 12 l/min below what the other points let expect; ' +
        'vibration moves 2.4 times as much as usual; vibration changes 3 times as fast as usual',
    );
  });

  it('says nothing of a machine whose alarm is over', () => {
    expect(alarmText('pump 3', { detections: [odd, quiet], drivers: [] }, ['1', '2'], points)).toBeUndefined();
  });
});
