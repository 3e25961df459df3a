import { seededRandom } from '@kuluma/shared/clock.ts';
import { bearingFrequencies } from '@kuluma/shared/signal/bearing.ts';
import { createEnvelopeSpectrumPlan } from '@kuluma/shared/signal/envelope.ts';
import { createSpectrumPlan, lineAmplitude, velocityRmsMmS } from '@kuluma/shared/signal/spectrum.ts';
import { statisticsOf } from '@kuluma/shared/signal/statistics.ts';
import { describe, expect, it } from 'vitest';
import { centrifugalPump } from './centrifugal-pump.ts';
import { hourMs, Machine } from './machine.ts';
import { shaftRpm, simulatedBearing, Vibration } from './vibration.ts';

const rateHz = 25_600;
const startMs = Date.UTC(2026, 0, 1);
const pump = (wear: number) => {
  const machine = new Machine({
    type: centrifugalPump,
    seed: 5,
    startMs,
    latitudeDeg: 61,
    wear: { 'bearing-wear': { initial: wear } },
  });
  machine.advanceTo(startMs + 2 * hourMs);
  return machine;
};
const signalOf = (machine: Machine, channel = 0) =>
  new Vibration(machine, channel, rateHz, seededRandom(1)).next(rateHz);
const bpfoOf = (machine: Machine) => {
  const turnHz = shaftRpm(machine.spec.type, machine.conditions, machine.wear) / 60;
  const spectrum = createEnvelopeSpectrumPlan(rateHz, rateHz, { fromHz: 2000, toHz: 5000 })(signalOf(machine));
  return lineAmplitude(spectrum, bearingFrequencies(simulatedBearing, turnHz).bpfo, 0.02);
};

describe('the raw vibration of a pump', () => {
  it.each([0, 1])('has the velocity that its controller shows at sensor %i', (channel) => {
    const machine = pump(0.3);
    const shown = machine.spec.type.points[channel]?.truth(machine.conditions, machine.wear) ?? 0;
    const spectrum = createSpectrumPlan(rateHz, 'hann')(signalOf(machine, channel), rateHz);
    expect(velocityRmsMmS(spectrum) / shown).toBeCloseTo(1, 1);
  });

  it('rings at the rate of the outer ring more and more as its bearing wears', () => {
    const [fresh, worn, dying] = [pump(0), pump(0.4), pump(0.9)].map(bpfoOf);
    expect(worn).toBeGreaterThan(5 * (fresh ?? Number.NaN));
    expect(dying).toBeGreaterThan(2 * (worn ?? Number.NaN));
  });

  it('grows peaked with wear', () => {
    expect(statisticsOf(signalOf(pump(0))).kurtosis).toBeLessThan(3);
    expect(statisticsOf(signalOf(pump(0.9))).kurtosis).toBeGreaterThan(5);
  });

  it('goes on where the last block ended', () => {
    const machine = pump(0.5);
    const inOne = new Vibration(machine, 0, rateHz, seededRandom(1)).next(1000);
    const inTwo = new Vibration(machine, 0, rateHz, seededRandom(1));
    expect([...inTwo.next(300), ...inTwo.next(700)]).toEqual([...inOne]);
  });

  it('knows its channels', () => {
    expect(() => new Vibration(pump(0), 2, rateHz, seededRandom(1))).toThrow(RangeError);
  });
});
