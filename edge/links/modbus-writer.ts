import { AppError } from '@kuluma/shared/errors.ts';
import { decodeBlock } from '../core/decode-block.ts';
import { widthOf } from '../core/decode-registers.ts';
import { encodeValue } from '../core/encode-value.ts';
import type { ModbusPoint, ModbusProfile } from '../core/profile.ts';
import type { DeviceSpec } from '../ports.ts';
import { type ModbusBus, refusalOf } from './modbus-device.ts';

/** Writes what the profile of one unit allows by name: in its range, not too often, and read back. */
export class ModbusWriter {
  readonly #spec: DeviceSpec<ModbusProfile>;
  readonly #bus: Pick<ModbusBus, 'master' | 'timer'>;
  readonly #lastMs = new Map<string, number>();

  constructor(spec: DeviceSpec<ModbusProfile>, bus: Pick<ModbusBus, 'master' | 'timer'>) {
    this.#spec = spec;
    this.#bus = bus;
  }

  /**
   * Returns what the point holds afterwards, in its unit.
   * @throws FORBIDDEN where the profile does not allow it; INPUT_INVALID outside its range; CONFLICT too soon after the
   * last one; REPLY_MISMATCH where something else is read back; LINK_DOWN and LINK_TIMEOUT
   */
  async write(name: string, value: number): Promise<number> {
    const point = this.#allowed(name, value);
    const words = encodeValue(value, point);
    this.#takeTurn(point);
    const failure = await this.#send(point, words);
    // Whether a write without an answer was taken, only the device knows.
    const readBack = await this.#read(point);
    if (readBack.words.join() === words.join()) return readBack.value;
    throw (
      failure ??
      new AppError('REPLY_MISMATCH', `${name} was written as ${value} and reads as ${readBack.value} ${point.unit}`, {
        hint: 'is the device set to be run from its own panel?',
      })
    );
  }

  #allowed(name: string, value: number): ModbusPoint {
    const { profile } = this.#spec;
    const point = profile.points.find((p) => p.name === name);
    if (!point?.writable)
      throw new AppError('FORBIDDEN', `the profile ${profile.profile} does not allow to write ${name}`, {
        hint: 'a point can be written that has "writable" with its range in the profile',
      });
    const { min, max } = point.writable;
    if (!(value >= min && value <= max))
      throw new AppError('INPUT_INVALID', `${name} may be written from ${min} to ${max} ${point.unit}, not ${value}`);
    return point;
  }

  #takeTurn({ name, writable }: ModbusPoint): void {
    const nowMs = this.#bus.timer.now();
    const waitMs = (this.#lastMs.get(name) ?? Number.NEGATIVE_INFINITY) + (writable?.everyMs ?? 0) - nowMs;
    if (waitMs > 0)
      throw new AppError('CONFLICT', `${name} was written a moment ago`, { hint: `again in ${Math.ceil(waitMs)} ms` });
    this.#lastMs.set(name, nowMs);
  }

  async #send({ function: f, name, address }: ModbusPoint, words: readonly number[]): Promise<AppError | undefined> {
    const { unit } = this.#spec;
    try {
      const answer = await this.#bus.master.write({
        unit,
        function: f === 'coil' ? 'coil' : 'holding',
        address,
        words,
      });
      return answer.kind === 'exception' ? refusalOf(unit, `to write ${name}`, answer.code) : undefined;
    } catch (error) {
      if (error instanceof AppError) return error;
      throw error;
    }
  }

  async #read(point: ModbusPoint): Promise<{ words: number[]; value: number }> {
    const { unit } = this.#spec;
    const { function: f, address } = point;
    const count = widthOf(point);
    const answer = await this.#bus.master.read({ unit, function: f, address, count });
    if (answer.kind === 'exception') throw refusalOf(unit, `to read ${point.name} back`, answer.code);
    const { data } = answer;
    const words =
      f === 'coil'
        ? [(data[0] as number) & 1]
        : Array.from({ length: count }, (_, i) => ((data[2 * i] as number) << 8) | (data[2 * i + 1] as number));
    const [value] = decodeBlock(data, { function: f, address, count, points: [point] });
    return { words, value: value?.[1] ?? Number.NaN };
  }
}
