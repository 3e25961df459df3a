import { describe, expect, it } from 'vitest';
import { createProblem } from '../../core/planning/kernel/problem.ts';
import { parseSolomon, problemOfSolomon } from './solomon.ts';
import { parseTrsp, problemOfTrsp } from './trsp.ts';

const solomonText = `tiny

VEHICLE
NUMBER     CAPACITY
  3         50

CUSTOMER
CUST NO.   XCOORD.   YCOORD.    DEMAND   READY TIME   DUE DATE   SERVICE   TIME

    0      10         10          0          0       100          0
    1      13         14          7         20        40         10
    2      11         11          9         0         90         10
`;

describe("a file of Solomon's form", () => {
  it('becomes a problem in tenths, distances truncated', () => {
    const problem = createProblem(problemOfSolomon(parseSolomon(solomonText), 'truncated'));
    expect(problem).toMatchObject({ visitIds: ['1', '2'], vehicleIds: ['1', '2', '3'], placeCount: 3, timed: false });
    expect([...problem.time]).toEqual([0, 50, 14, 50, 0, 36, 14, 36, 0]);
    expect([...problem.windowFrom, ...problem.windowTo]).toEqual([200, 0, 400, 900]);
    expect([...problem.load]).toEqual([7, 9]);
    expect([...problem.backBy]).toEqual([1000, 1000, 1000]);
  });

  it('becomes a problem in its own units, in double precision', () => {
    const problem = createProblem(problemOfSolomon(parseSolomon(solomonText), 'double'));
    expect(problem.time[2]).toBe(Math.hypot(1, 1));
    expect(problem.service[0]).toBe(10);
  });

  it('is refused with the line that is wrong', () => {
    const faultsOf = (text: string) => {
      try {
        parseSolomon(text);
      } catch (error) {
        return error;
      }
      return undefined;
    };
    expect(faultsOf('')).toMatchObject({ code: 'INPUT_INVALID', faults: [{ path: 'line 1' }] });
    expect(faultsOf(solomonText.replace('9         0         90', '9   ?   90'))).toMatchObject({
      faults: [{ path: 'line 12' }],
    });
    expect(faultsOf(solomonText.split('\n').slice(0, 8).join('\n'))).toMatchObject({
      faults: [{ message: 'there is no depot' }],
    });
  });
});

const trspText = `tiny

INFO
CREW COUNT  SKILLS  TOOLS   SPARE PARTS
2      3       2       2

DEPOT TECHNICIANS AND REQUESTS
ID   X     Y     TWS    TWE    Serv   SKILLS   TOOLS    SPARE PARTS
0    0    0      0      200    0      [] \t[] \t[]
1    3    4      0      200    0      [0,2] \t[1] \t[2,0]
2    6    8      0      200    0      [1] \t[] \t[0,0]
3    9    12     50     60     10     [2] \t[0,1] \t[0,1]
`;

describe("a file of Pillac's form", () => {
  it('becomes a problem of technicians with homes, skills, tools and parts', () => {
    const spec = problemOfTrsp(parseTrsp(trspText));
    expect(spec.vehicles[0]).toMatchObject({ id: '1', start: 1, end: 1, group: 0, tools: [1] });
    expect(spec.vans?.[0]).toEqual([{ at: 0, parts: [{ part: 0, quantity: 2 }] }]);
    expect(spec.visits).toMatchObject([
      { id: '3', place: 3, windows: [{ from: 50, to: 60 }], service: [10, Number.POSITIVE_INFINITY], tools: [0, 1] },
    ]);
    const problem = createProblem(spec);
    expect(problem.time[3]).toBe(15);
    expect(problem).toMatchObject({ timed: true, stock: { partCount: 2 } });
    expect([problem.stock?.depotPlace[0], problem.stock?.depotClose[0]]).toEqual([0, 200]);
  });

  it('is refused with the line that is wrong', () => {
    expect(() => parseTrsp(trspText.replace('[0,1] \t[0,1]', '[0,1]'))).toThrowError(
      expect.objectContaining({ faults: [expect.objectContaining({ path: 'line 12' })] }),
    );
    expect(() => parseTrsp(trspText.replace('2      3       2       2', '9      3       2       2'))).toThrowError(
      expect.objectContaining({
        faults: [expect.objectContaining({ message: 'there are no depot and 9 technicians' })],
      }),
    );
  });
});
