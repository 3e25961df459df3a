import type { Clock } from '@kuluma/shared/clock.ts';
import { AppError } from '@kuluma/shared/errors.ts';
import { decodeBlock, rowCounter } from '../core/decode-block.ts';
import type { Reading } from '../core/judge-reading.ts';
import { type Block, planBlocks, type ReadCost, splitBlock } from '../core/poll-plan.ts';
import type { ModbusProfile } from '../core/profile.ts';
import { profileFaults } from '../core/profile-faults.ts';
import type { DeviceSpec, Scan, ScannedDevice, WallTimer } from '../ports.ts';
import type { ModbusMaster } from './modbus-master.ts';

export interface ModbusBus {
  readonly master: Pick<ModbusMaster, 'read' | 'write' | 'close'>;
  readonly clock: Clock;
  readonly timer: WallTimer;
  readonly cost: ReadCost;
}

/** What a device refused to answer, as people know the codes (Modbus Application Protocol V1.1b3, 7). */
const exceptionNames: Readonly<Record<number, string>> = {
  1: 'illegal function',
  2: 'illegal data address',
  3: 'illegal data value',
  4: 'device failure',
  5: 'acknowledged, not done yet',
  6: 'device busy',
  10: 'no path through the gateway',
  11: 'gateway target does not respond',
};
/** A gateway answers for a unit that does not: the unit is silent, its line is not. */
const isSilent = (code: number): boolean => code === 10 || code === 11;
/** Some of the registers asked for are not there: the others may be. */
const isPartial = (code: number): boolean => code === 2 || code === 3;

/** The failure that an exception code of a unit stands for. */
export const refusalOf = (unit: number, what: string, code: number): AppError =>
  new AppError(
    isSilent(code) ? 'LINK_TIMEOUT' : 'REPLY_MISMATCH',
    `unit ${unit} refuses ${what}: exception ${code} (${exceptionNames[code] ?? 'see its manual'})`,
  );

/** A read that a device refused is tried again after 1 s, 2 s, 4 s ... and at least every minute. */
const retryMs = (refusals: number): number => Math.min(60_000, 1000 * 2 ** (refusals - 1));
/** A read that is refused with all its parts is tried in parts again every so many times. */
const splitAgainEvery = 8;

interface Planned {
  readonly block: Block;
  readonly refused?: { readonly error: AppError; readonly times: number; readonly untilMs: number };
}

interface ScanInProgress {
  readonly readings: Reading[];
  readonly notes: string[];
  rowsRefused: number;
}

type Read = { data: Uint8Array; sampledAtMs: number } | { code: number; error: AppError };

const nameOf = ({ function: f, address, count }: Block): string => `${f} ${address}+${count}`;

/** Scans one Modbus unit. All values of a block carry the time at which its reply arrived. */
export class ModbusDevice implements Pick<ScannedDevice, 'scan'> {
  readonly #spec: DeviceSpec<ModbusProfile>;
  readonly #bus: ModbusBus;
  #plan: readonly Planned[];
  #lastRow: number | undefined;

  /** @throws CONFIG_INVALID with every fault of the profile */
  constructor(spec: DeviceSpec<ModbusProfile>, bus: ModbusBus) {
    const { profile, wanted } = spec;
    const faults = profileFaults(profile).map((message) => ({ path: `profile ${profile.profile}`, message }));
    if (faults.length > 0)
      throw new AppError('CONFIG_INVALID', `the profile ${profile.profile} cannot be read`, { faults });
    this.#spec = spec;
    this.#bus = bus;
    const points = profile.points.filter((p) => wanted.has(p.name));
    this.#plan = planBlocks(points, profile, bus.cost).map((block) => ({ block }));
  }

  async scan(): Promise<Scan> {
    const scan: ScanInProgress = { readings: [], notes: [], rowsRefused: 0 };
    const learnt: Planned[] = [];
    let failure: AppError | undefined;
    for (const [i, planned] of this.#plan.entries()) {
      const inPlace = await this.#scanBlock(planned, scan).catch((error: unknown) => {
        if (error instanceof AppError) return error;
        throw error;
      });
      if (inPlace instanceof AppError) {
        failure = inPlace;
        learnt.push(...this.#plan.slice(i));
        break;
      }
      learnt.push(...inPlace);
    }
    this.#plan = learnt;
    const refused = learnt.flatMap((planned) => (planned.refused ? [planned] : []));
    failure ??= refused[0]?.refused?.error;
    const refusedPoints = refused.reduce((sum, { block }) => sum + block.points.length, 0);
    return { ...scan, refusedPoints, ...(failure ? { failure } : {}) };
  }

  /** Reads a block unless it was refused lately; returns what is planned in its place. @throws LINK_DOWN, LINK_TIMEOUT, REPLY_MISMATCH */
  async #scanBlock(planned: Planned, scan: ScanInProgress): Promise<readonly Planned[]> {
    const { block, refused } = planned;
    const nowMs = this.#bus.timer.now();
    if (refused && nowMs < refused.untilMs) return [planned];
    const read = await this.#read(block);
    if ('data' in read) {
      this.#take(block, read, scan);
      return [{ block }];
    }
    const times = (refused?.times ?? 0) + 1;
    const whole: Planned[] = [{ block, refused: { error: read.error, times, untilMs: nowMs + retryMs(times) } }];
    const isWorthSplitting = isPartial(read.code) && times % splitAgainEvery === 1 && !this.#spec.profile.rowGuard;
    const parts = isWorthSplitting ? splitBlock(block) : undefined;
    if (!parts) return whole;
    const inPlace: Planned[] = [];
    for (const part of parts) inPlace.push(...(await this.#scanBlock({ block: part }, scan)));
    // Where no part is answered either, being merged was not the reason, and one refused read says as much as many.
    if (inPlace.every((part) => part.refused)) return whole;
    scan.notes.push(`${read.error.message}: read as ${inPlace.map((part) => nameOf(part.block)).join(', ')}`);
    return inPlace;
  }

  async #read(block: Block): Promise<Read> {
    const { unit } = this.#spec;
    const { function: f, address, count } = block;
    const answer = await this.#bus.master.read({ unit, function: f, address, count });
    if (answer.kind === 'data') return { data: answer.data, sampledAtMs: this.#bus.clock.now() };
    const error = refusalOf(unit, nameOf(block), answer.code);
    if (isSilent(answer.code)) throw error;
    return { code: answer.code, error };
  }

  #take(block: Block, { data, sampledAtMs }: Extract<Read, { data: Uint8Array }>, scan: ScanInProgress): void {
    const { rowGuard: guard } = this.#spec.profile;
    if (guard) {
      const row = rowCounter(data, block, guard);
      if (row === undefined || row === this.#lastRow) {
        scan.rowsRefused++;
        return;
      }
      this.#lastRow = row;
    }
    scan.readings.push({ sampledAtMs, values: decodeBlock(data, block) });
  }
}
