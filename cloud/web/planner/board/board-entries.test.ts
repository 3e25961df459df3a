import type { BoardCopyView } from '@kuluma/shared/model/views/board.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBoard } from '../../fixtures/board.ts';
import { entriesOf, lanesOf, rowsOf } from './board-entries.ts';
import type { Span } from './time-scale.ts';

const board = createBoard({ technicians: 8, days: 14, nowMs: Date.UTC(2026, 10, 23, 5), seed: 3 });
const all = { depotId: null, skill: null };

describe('rows of the board', () => {
  it('hold every visit once, in time, under its technician', () => {
    const rows = rowsOf(board, entriesOf(board, null), all, 'fi');
    const ids = rows.flatMap(({ entries }) => entries.map(({ entryId }) => entryId));
    expect([...ids].sort()).toEqual(board.visits.map(({ entryId }) => entryId as string).sort());
    for (const { technician, entries } of rows) {
      expect(entries.every(({ technicianId }) => technicianId === technician.technicianId)).toBe(true);
      expect(entries.map(({ fromMs }) => fromMs)).toEqual(entries.map(({ fromMs }) => fromMs).sort((a, b) => a - b));
    }
  });

  it('are those of one depot or skill if asked', () => {
    const depotId = board.technicians[0]?.depotId ?? null;
    const skill = board.technicians[0]?.skills[0]?.skill ?? null;
    const rows = rowsOf(board, entriesOf(board, null), { depotId, skill }, 'fi');
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.length).toBeLessThan(board.technicians.length);
    for (const { technician } of rows) {
      expect(technician.depotId).toBe(depotId);
      expect(technician.skills.map((own) => own.skill)).toContain(skill);
    }
  });
});

it('shows a copy where it puts things, with what it took them from, and leaves out what it leaves out', () => {
  const [moved, dropped] = board.visits;
  const other = board.technicians.find(({ technicianId }) => technicianId !== moved?.technicianId);
  if (!moved || !dropped || !other) throw new Error('the board has two visits and two technicians');
  const stand = { technicianId: other.technicianId, technicianName: other.name };
  const was = { technicianId: moved.technicianId, technicianName: '', startAt: moved.startAt, endAt: moved.endAt };
  const base = { machineTag: moved.machine.tag, siteName: '', needsConfirmation: false };
  const copy: BoardCopyView = {
    copyId: 'copy-1',
    mark: board.mark,
    changes: [],
    canUndo: false,
    diff: {
      moves: [
        { ...base, entryId: moved.entryId, how: 'otherTechnician', from: was, to: { ...was, ...stand } },
        { ...base, entryId: dropped.entryId, how: 'leftOut', from: was, to: null },
      ],
      costBeforeCents: 0,
      costAfterCents: 0,
      termsAdded: {},
    },
    visits: board.visits
      .filter(({ entryId }) => entryId !== dropped.entryId)
      .map(({ entryId, technicianId, startAt, endAt, driveBefore, driveAfter }) => ({
        entryId,
        technicianId: entryId === moved.entryId ? other.technicianId : technicianId,
        secondTechnicianId: null,
        startAt,
        endAt,
        driveBefore,
        driveAfter,
      })),
    unplanned: [],
  };
  const entries = entriesOf(board, copy);
  expect(entries.length).toBe(board.visits.length - 1);
  expect(entries.find(({ entryId }) => entryId === moved.entryId)).toMatchObject({
    technicianId: other.technicianId,
    was: { technicianId: moved.technicianId },
  });
  expect(entries.filter((entry) => entry.was !== null).length).toBe(1);
});

it('lays what overlaps in lanes of its own and everything else in one', () => {
  const spans = fc.array(
    fc.tuple(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 1, max: 10 })).map(([fromMs, length]) => ({
      fromMs,
      toMs: fromMs + length,
    })),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(spans, (unsorted) => {
      const sorted = [...unsorted].sort((a, b) => a.fromMs - b.fromMs);
      const lanes = lanesOf(sorted);
      const overlaps = (a: Span, b: Span) => a.fromMs < b.toMs && b.fromMs < a.toMs;
      for (const [i, a] of sorted.entries())
        for (const [j, b] of sorted.entries())
          if (i !== j && overlaps(a, b)) {
            expect(lanes[i]?.lane).not.toBe(lanes[j]?.lane);
            expect(lanes[i]?.lanes).toBe(lanes[j]?.lanes);
          }
      for (const [i, a] of sorted.entries()) {
        expect(lanes[i]?.lane).toBeLessThan(lanes[i]?.lanes ?? 0);
        if (!sorted.some((b, j) => i !== j && overlaps(a, b))) expect(lanes[i]).toEqual({ lane: 0, lanes: 1 });
      }
    }),
  );
});
