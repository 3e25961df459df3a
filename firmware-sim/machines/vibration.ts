import type { Random } from '@kuluma/shared/clock.ts';
import { type BearingGeometry, bearingFrequencies } from '@kuluma/shared/signal/bearing.ts';
import { mmS2PerG } from '@kuluma/shared/signal/spectrum.ts';
import type { Conditions } from '../wear/wear-mode.ts';
import type { Machine } from './machine.ts';
import type { MachineType, PointSpec } from './machine-type.ts';
import { gaussian } from './noise.ts';

/** The bearing in all simulated machines: a deep-groove ball bearing 6310. */
export const simulatedBearing: BearingGeometry = {
  rollingElements: 8,
  rollingElementDiameterMm: 19.05,
  pitchDiameterMm: 80,
  contactAngleDeg: 0,
};

/** Places where a machine has an accelerometer: where its controller shows vibration velocity. Their order numbers the channels. */
export const vibrationPoints = (type: MachineType): readonly PointSpec[] =>
  type.points.filter((p) => p.unit === 'mm/s');

/** Speed of the shaft in rpm. */
export const shaftRpm = (type: MachineType, conditions: Conditions, wear: Readonly<Record<string, number>>): number =>
  type.points.find((p) => p.unit === 'rpm')?.truth(conditions, wear) ?? 0;

/** Shares of velocity in turning frequency (unbalance), its double (misalignment) and triple; their squares add to 1. */
const harmonicShares = [0.85, 0.45, Math.sqrt(1 - 0.85 ** 2 - 0.45 ** 2)];
/** What the housing rings at when a rolling element hits a spall, and its share of critical damping. */
const resonanceHz = 3200;
const damping = 0.04;
/** Peak of that ringing at the end of the bearing's life, and white noise of the sensor, in g. */
const worstImpactG = 4;
const noiseG = 0.02;
/** Rolling elements slip: one standard deviation of the time between impacts, as a share of it (Randall and Antoni 2011). */
const slip = 0.01;
/** The bearing sits under the first sensor; what it does arrives at the others weaker. */
const farShare = 0.35;

/**
 * Acceleration in g at one sensor of a machine: harmonics of the shaft that give the velocity which the controller shows,
 * ringing set off by impacts at the rate at which rolling elements pass a defect of the outer ring, growing with bearing
 * wear, and noise. Model of the impacts: P.D. McFadden and J.D. Smith, J. Sound and Vibration 96 (1984).
 */
export class Vibration {
  readonly #machine: Machine;
  readonly #point: PointSpec;
  readonly #share: number;
  readonly #rateHz: number;
  readonly #random: Random;
  /** Turns of the shaft, and impacts until the next one. */
  #turns = 0;
  #untilImpact = 1;
  /** Last two values of the ringing, and what the two poles of the resonance make of them. */
  #ring: readonly [number, number] = [0, 0];
  readonly #poles: readonly [number, number];
  readonly #impactGain: number;

  constructor(machine: Machine, channel: number, rateHz: number, random: Random) {
    const point = vibrationPoints(machine.spec.type)[channel];
    if (!point) throw new RangeError(`a ${machine.spec.type.type} has no channel ${channel}`);
    this.#machine = machine;
    this.#point = point;
    this.#share = channel === 0 ? 1 : farShare;
    this.#rateHz = rateHz;
    this.#random = random;
    const angle = (2 * Math.PI * resonanceHz) / rateHz;
    const decay = Math.exp(-damping * angle);
    this.#poles = [2 * decay * Math.cos(angle), -(decay ** 2)];
    this.#impactGain = decay * Math.sin(angle);
  }

  /** The next `count` values under the conditions of the hour in progress. */
  next(count: number): Float32Array {
    const { conditions, wear, spec } = this.#machine;
    const turnHz = shaftRpm(spec.type, conditions, wear) / 60;
    const velocityMmS = conditions.speedRatio > 0 ? this.#point.truth(conditions, wear) : 0;
    const amplitudes = harmonicShares.map(
      (share, i) => (Math.SQRT2 * share * velocityMmS * 2 * Math.PI * turnHz * (i + 1)) / mmS2PerG,
    );
    const impactsPerValue = bearingFrequencies(simulatedBearing, turnHz).bpfo / this.#rateHz;
    const impactG = this.#share * worstImpactG * (wear['bearing'] ?? 0) ** 1.5;
    return Float32Array.from({ length: count }, () => {
      this.#turns = (this.#turns + turnHz / this.#rateHz) % 1;
      let value = noiseG * gaussian(this.#random) + this.#strike(impactsPerValue, impactG);
      for (const [i, amplitude] of amplitudes.entries())
        value += amplitude * Math.sin(2 * Math.PI * (i + 1) * this.#turns);
      return value;
    });
  }

  /** The ringing, one value on. */
  #strike(impactsPerValue: number, impactG: number): number {
    this.#untilImpact -= impactsPerValue;
    let blow = 0;
    if (this.#untilImpact <= 0) {
      this.#untilImpact += 1 + slip * gaussian(this.#random);
      blow = impactG;
    }
    const [last, before] = this.#ring;
    const now = this.#poles[0] * last + this.#poles[1] * before + this.#impactGain * blow;
    this.#ring = [now, last];
    return now;
  }
}
