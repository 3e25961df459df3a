import { describe, expect, it } from 'vitest';
import { createSensorFaults, type Fault, isDropped, unitState } from './fault.ts';

const pressure = { name: 'pressure', min: 0, max: 10 };
const during = { fromMs: 100, toMs: 200 };

describe('faults', () => {
  it('freeze a sensor at the first value read during the fault', () => {
    const faults: Fault[] = [{ kind: 'frozen-sensor', machine: 'm', point: 'pressure', ...during }];
    const shown = createSensorFaults(faults, 'm');
    expect([50, 100, 150, 199, 200].map((ms) => shown(pressure, ms / 100, ms))).toEqual([0.5, 1, 1, 1, 2]);
    expect(shown({ ...pressure, name: 'flow' }, 5, 150)).toBe(5);
  });

  it('add a spike within the range of the sensor', () => {
    const faults: Fault[] = [{ kind: 'spike', machine: 'm', point: 'pressure', add: 7, ...during }];
    const shown = createSensorFaults(faults, 'm');
    expect([shown(pressure, 1, 99), shown(pressure, 1, 100), shown(pressure, 8, 150)]).toEqual([1, 8, 10]);
    expect(createSensorFaults(faults, 'other')(pressure, 1, 150)).toBe(1);
  });

  it('silence a unit, let it fail or cut a link for their time only', () => {
    const faults: Fault[] = [
      { kind: 'dead-unit', machine: 'a', ...during },
      { kind: 'device-failure', machine: 'b', ...during },
      { kind: 'link-drop', link: 'l', ...during },
    ];
    expect([unitState(faults, 'a', 99), unitState(faults, 'a', 100), unitState(faults, 'b', 100)]).toEqual([
      'well',
      'dead',
      'failing',
    ]);
    expect([isDropped(faults, 'l', 150), isDropped(faults, 'k', 150), isDropped(faults, 'l', 200)]).toEqual([
      true,
      false,
      false,
    ]);
  });
});
