/** Exceptions of the Modbus Application Protocol 1.1b3, chapter 7. */
export const exceptionCodes = { illegalFunction: 1, illegalAddress: 2, illegalValue: 3, deviceFailure: 4 } as const;

/** Thrown by a unit or the codec; answered as an exception reply. */
export class ModbusException extends Error {
  readonly exceptionCode: number;

  constructor(exception: keyof typeof exceptionCodes) {
    super(exception);
    this.exceptionCode = exceptionCodes[exception];
  }
}

/** What a unit answered, and what is to happen once the reply has left. */
export interface RegisterRead {
  readonly words: readonly number[];
  onSent?(): void;
}

/** One Modbus slave behind a link. Every method may throw a ModbusException. */
export interface ModbusUnit {
  /** False while nothing is answered, as of a unit without power. */
  isAnswering(): boolean;
  readRegisters(table: 'holding' | 'input', address: number, count: number): RegisterRead;
  readBits(table: 'coil' | 'discrete', address: number, count: number): boolean[];
  writeRegisters(address: number, words: readonly number[]): void;
  writeBits(address: number, bits: readonly boolean[]): void;
}
