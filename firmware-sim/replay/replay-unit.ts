import type { Clock } from '@kuluma/shared/clock.ts';
import { ModbusException, type ModbusUnit, type RegisterRead } from '../links/modbus-unit.ts';
import type { RecordedMachine } from './read-fleet.ts';
import { rowWords } from './row-layout.ts';

export interface ReplayUnitOptions {
  readonly clock: Clock;
  /** At most one row per this length of the clock's time. */
  readonly cycleLengthMs: number;
  /** Called once a row, when replies with all of its registers have left. */
  readonly onRowRead: (values: readonly number[]) => void;
}

/**
 * A recorded machine as a Modbus unit. It shows row after row; the next one comes no earlier than a cycle after the
 * last and not before every register of that was read. The last row stays.
 */
export class ReplayUnit implements ModbusUnit {
  readonly #machine: RecordedMachine;
  readonly #options: ReplayUnitOptions;
  #index = 0;
  #words: readonly number[];
  readonly #unread = new Set<number>();
  #nextAtMs: number;

  constructor(machine: RecordedMachine, options: ReplayUnitOptions) {
    this.#machine = machine;
    this.#options = options;
    this.#nextAtMs = options.clock.now() + options.cycleLengthMs;
    this.#words = this.#show();
  }

  /** True when the last row was read. */
  get isDone(): boolean {
    return this.#index === this.#machine.rows.length - 1 && this.#unread.size === 0;
  }

  isAnswering(): boolean {
    return true;
  }

  readRegisters(table: 'holding' | 'input', address: number, count: number): RegisterRead {
    this.#advance();
    if (table !== 'holding' || address + count > this.#words.length) throw new ModbusException('illegalAddress');
    const shown = this.#index;
    return { words: this.#words.slice(address, address + count), onSent: () => this.#markRead(shown, address, count) };
  }

  readBits(): boolean[] {
    throw new ModbusException('illegalAddress');
  }

  writeRegisters(): void {
    throw new ModbusException('illegalAddress');
  }

  writeBits(): void {
    throw new ModbusException('illegalAddress');
  }

  #advance(): void {
    const nowMs = this.#options.clock.now();
    const isLast = this.#index === this.#machine.rows.length - 1;
    if (isLast || this.#unread.size > 0 || nowMs < this.#nextAtMs) return;
    this.#index++;
    this.#nextAtMs = nowMs + this.#options.cycleLengthMs;
    this.#words = this.#show();
  }

  #show(): number[] {
    const words = rowWords(this.#index + 1, this.#machine.rows[this.#index] ?? []);
    for (let i = 0; i < words.length; i++) this.#unread.add(i);
    return words;
  }

  #markRead(shown: number, address: number, count: number): void {
    if (shown !== this.#index || this.#unread.size === 0) return;
    for (let i = address; i < address + count; i++) this.#unread.delete(i);
    if (this.#unread.size === 0) this.#options.onRowRead(this.#machine.rows[this.#index] ?? []);
  }
}
