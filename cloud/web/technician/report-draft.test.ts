import { faultsOf } from '@kuluma/shared/model/validate.ts';
import { VisitReportCommand } from '@kuluma/shared/model/views/commands.ts';
import { describe, expect, it } from 'vitest';
import { createWorld } from '../fixtures/world.ts';
import { dayGroups } from './day-groups.ts';
import { freshDraft, reportOf, withVerdict } from './report-draft.ts';

const { day } = createWorld(Date.UTC(2026, 10, 22, 9, 30));
const visit = day.visits[0];
if (!visit) throw new Error('the world has no visit');

describe('report draft', () => {
  const fresh = freshDraft({ ...visit, action: 'replace' });

  it('asks for a verdict before there is a report', () => {
    expect(reportOf(fresh, visit)).toBeNull();
  });

  it('starts from what was planned', () => {
    expect(fresh.minutes).toBe(150);
    expect(Object.values(fresh.used)).toEqual(visit.parts.map((part) => part.quantity));
  });

  it('uses no part and replaces nothing where nothing was found', () => {
    const draft = withVerdict(fresh, 'nothingFound', fresh);
    expect(draft.componentReplaced).toBe(false);
    expect(Object.values(draft.used)).toEqual([0, 0]);
    expect(withVerdict(draft, 'confirmed', fresh).used).toEqual(fresh.used);
  });

  it('makes a command that the service takes', () => {
    const report = reportOf(withVerdict(fresh, 'confirmed', fresh), visit);
    expect(faultsOf(VisitReportCommand, { ...report, idempotencyKey: crypto.randomUUID() })).toEqual([]);
  });
});

describe('day groups', () => {
  it('orders the days and their visits and leaves cancelled ones out', () => {
    const cancelled = { ...visit, state: 'cancelled' as const };
    const groups = dayGroups({ visits: [...day.visits].reverse().concat(cancelled) });
    expect(groups.map((group) => group.onDay)).toEqual(['2026-11-22', '2026-11-25']);
    expect(groups[0]?.visits).toHaveLength(1);
  });
});
