import { describe, expect, it } from 'vitest';
import { ModbusException, type ModbusUnit } from './modbus-unit.ts';
import { answerPdu } from './pdu.ts';

const createUnit = () => {
  const registers = [10, 20, 30, 40];
  const bits = [true, false, true, true, false, false, false, false, true];
  const unit: ModbusUnit = {
    isAnswering: () => true,
    readRegisters(_table, address, count) {
      if (address === 99) throw new ModbusException('deviceFailure');
      if (address + count > registers.length) throw new ModbusException('illegalAddress');
      return { words: registers.slice(address, address + count) };
    },
    readBits: (_table, address, count) => bits.slice(address, address + count),
    writeRegisters: (address, words) => void registers.splice(address, words.length, ...words),
    writeBits: (address, values) => void bits.splice(address, values.length, ...values),
  };
  return { unit, registers, bits };
};
const ask = (unit: ModbusUnit, ...bytes: number[]) => answerPdu(Buffer.from(bytes), unit).pdu.toString('hex');

describe('a request PDU', () => {
  it('reads registers and bits', () => {
    const { unit } = createUnit();
    expect(ask(unit, 3, 0, 1, 0, 2)).toBe('03040014001e');
    expect(ask(unit, 4, 0, 0, 0, 1)).toBe('0402000a');
    expect(ask(unit, 1, 0, 0, 0, 9)).toBe('01020d01');
    expect(ask(unit, 2, 0, 2, 0, 2)).toBe('020103');
  });

  it('writes one and many registers and coils', () => {
    const { unit, registers, bits } = createUnit();
    expect(ask(unit, 6, 0, 1, 1, 2)).toBe('0600010102');
    expect(ask(unit, 16, 0, 2, 0, 2, 4, 0, 7, 0, 8)).toBe('1000020002');
    expect(registers).toEqual([10, 258, 7, 8]);
    expect(ask(unit, 5, 0, 1, 0xff, 0)).toBe('050001ff00');
    expect(ask(unit, 15, 0, 0, 0, 3, 1, 0b010)).toBe('0f00000003');
    expect(bits.slice(0, 4)).toEqual([false, true, false, true]);
  });

  it('is refused with exceptions 1 to 4', () => {
    const { unit } = createUnit();
    expect(ask(unit, 22, 0, 0, 0, 0)).toBe('9601');
    expect(ask(unit, 3, 0, 3, 0, 2)).toBe('8302');
    expect(ask(unit, 3, 0, 0, 0, 126)).toBe('8303');
    expect(ask(unit, 3, 0, 0, 0, 0)).toBe('8303');
    expect(ask(unit, 3, 0, 0)).toBe('8303');
    expect(ask(unit, 5, 0, 0, 0x12, 0)).toBe('8503');
    expect(ask(unit, 16, 0, 0, 0, 2, 3, 0, 7, 0)).toBe('9003');
    expect(ask(unit, 3, 0, 99, 0, 1)).toBe('8304');
  });
});
