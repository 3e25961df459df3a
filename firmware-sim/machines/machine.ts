import { type Random, seededRandom } from '@kuluma/shared/clock.ts';
import type { Conditions, WearMode } from '../wear/wear-mode.ts';
import { hallTemperatureC } from './ambient.ts';
import { type DutyCycle, dailyFactor, isScheduled } from './duty-cycle.ts';
import type { MachineType } from './machine-type.ts';
import { gaussian, noiseAt } from './noise.ts';

export const hourMs = 3_600_000;

/** What sets a machine apart from others of its type. */
export interface MachineSpec {
  readonly type: MachineType;
  readonly seed: number;
  /** Start of operation with the components as given by `wear`. */
  readonly startMs: number;
  readonly latitudeDeg: number;
  readonly duty?: DutyCycle;
  /** By wear mode: state at the start (0) and how fast this machine wears (1). */
  readonly wear?: Readonly<Record<string, { readonly initial?: number; readonly rateFactor?: number }>>;
}

export interface MachineEvent {
  readonly atMs: number;
  readonly kind: 'failure' | 'replacement';
  readonly component: string;
  readonly code: string;
}

interface ComponentState {
  readonly mode: WearMode;
  readonly lifeHours: number;
  readonly rateFactor: number;
  rate: number;
}

/** Spread of component lives (of their logarithm) and of sensor gains from one installation to the next. */
const lifeSpread = 0.28;
const gainSpread = 0.03;
/** Hours after which the slow part of the load, and the warmth of the machine, have forgotten 63 % of their past. */
const loadMemoryHours = 240;
const warmthMemoryHours = 1.5;
const loadDecay = Math.exp(-1 / loadMemoryHours);
const warmthGain = 1 - Math.exp(-1 / warmthMemoryHours);
/** A running machine is loaded within these. */
export const leastLoad = 0.2;
export const mostLoad = 1.15;
/** Process disturbance stays the same for this long. */
const disturbanceHours = 6;

/**
 * A machine in time. Load, wear and failures move on a fixed grid of whole hours with one random stream, so that the
 * same spec has the same life whatever the steps in which it is asked; sensor noise depends on the instant alone. A
 * failed component is replaced by emergency repair: the machine stands still for 12 to 72 h and goes on with a new one.
 */
export class Machine {
  readonly spec: MachineSpec;
  /** State of each component, 0 new to 1 failed, by component. */
  readonly wear: Record<string, number> = {};
  readonly gains: readonly number[];
  readonly #components: readonly ComponentState[];
  readonly #random: Random;
  #hour: number;
  #slowLoad: number;
  #downUntilHour = 0;
  #present: Conditions;

  constructor(spec: MachineSpec) {
    this.spec = spec;
    this.#random = seededRandom(spec.seed);
    this.gains = spec.type.points.map((p) => (p.role === 'sensor' ? 1 + gainSpread * gaussian(this.#random) : 1));
    this.#components = spec.type.wear.map(({ mode, lifeHours }) => {
      const own = spec.wear?.[mode.mode];
      this.wear[mode.component] = own?.initial ?? 0;
      const rateFactor = own?.rateFactor ?? 1;
      return { mode, lifeHours, rateFactor, rate: this.#drawRate(lifeHours, rateFactor) };
    });
    this.#hour = Math.ceil(spec.startMs / hourMs);
    this.#slowLoad = gaussian(this.#random);
    this.#present = this.#conditionsOf({ load: 0, speedRatio: 0, ambientC: 0, warmth: 0, runHours: 0 });
  }

  /** Start of the hour in progress. */
  get nowMs(): number {
    return this.#hour * hourMs;
  }

  /** Conditions in the hour in progress. */
  get conditions(): Conditions {
    return this.#present;
  }

  /** True while the machine is under repair and its controller has no power. */
  get isDown(): boolean {
    return this.#hour < this.#downUntilHour;
  }

  /** Ends the hour in progress: its load has worn the components. Returns what failed at its end. */
  passHour(): MachineEvent[] {
    const before = this.#present;
    const events: MachineEvent[] = [];
    this.#hour++;
    for (const component of this.#components) {
      const { mode, rate } = component;
      const worn = mode.next(this.wear[mode.component] ?? 0, before, 1, rate, this.#random);
      this.wear[mode.component] = worn;
      if (worn < 1) continue;
      const at = { atMs: this.nowMs, component: mode.component, code: mode.failureModeCode };
      events.push({ ...at, kind: 'failure' }, { ...at, kind: 'replacement', code: '' });
      this.#renew(component);
    }
    if (events.length > 0) this.#downUntilHour = this.#hour + 12 + Math.floor(60 * this.#random());
    this.#slowLoad = loadDecay * this.#slowLoad + Math.sqrt(1 - loadDecay ** 2) * gaussian(this.#random);
    this.#present = this.#conditionsOf(before);
    return events;
  }

  /** Passes all whole hours up to an instant; never goes back. */
  advanceTo(ms: number): MachineEvent[] {
    const events: MachineEvent[] = [];
    const target = Math.floor(ms / hourMs);
    while (this.#hour < target) events.push(...this.passHour());
    return events;
  }

  /** A planned replacement at the start of the hour in progress; an unknown component changes nothing. */
  replace(name: string): void {
    for (const component of this.#components) if (component.mode.component === name) this.#renew(component);
  }

  /** Slow disturbance of a point in the hour in progress, in standard deviations. */
  disturbance(pointIndex: number): number {
    return noiseAt(this.spec.seed, pointIndex, Math.floor(this.#hour / disturbanceHours));
  }

  /** What the sensors show at an instant in the hour in progress or just after, in the order of the type's points. */
  observe(ms: number): number[] {
    this.advanceTo(ms);
    const { seed, type } = this.spec;
    return type.points.map((point, i) => {
      const white = noiseAt(seed, i + 256, ms);
      const shown = point.truth(this.#present, this.wear) * (this.gains[i] ?? 1);
      return Math.min(point.max, Math.max(point.min, shown + point.noise * (this.disturbance(i) + white)));
    });
  }

  #drawRate(lifeHours: number, rateFactor: number): number {
    return (rateFactor * Math.exp(lifeSpread * gaussian(this.#random))) / lifeHours;
  }

  #renew(component: ComponentState): void {
    this.wear[component.mode.component] = 0;
    component.rate = this.#drawRate(component.lifeHours, component.rateFactor);
  }

  #conditionsOf(before: Conditions): Conditions {
    const duty = this.spec.duty ?? this.spec.type.duty;
    const runs = !this.isDown && isScheduled(duty.pattern, this.#hour);
    const wanted = duty.meanLoad * (1 + duty.loadSpread * this.#slowLoad) * dailyFactor(this.#hour);
    const load = runs ? Math.min(mostLoad, Math.max(leastLoad, wanted)) : 0;
    return {
      load,
      speedRatio: runs ? 1 : 0,
      ambientC: hallTemperatureC(this.spec.latitudeDeg, this.#hour),
      warmth: before.warmth + warmthGain * (load - before.warmth),
      runHours: before.runHours + (before.speedRatio > 0 ? 1 : 0),
    };
  }
}
