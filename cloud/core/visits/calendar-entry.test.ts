import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CalendarEntry, calendarFeed, calendarFile } from './calendar-entry.ts';

const entry: CalendarEntry = {
  uid: 'vis_1@example.com',
  sequence: 2,
  madeAtMs: Date.parse('2026-11-22T10:00:00Z'),
  startMs: Date.parse('2026-12-01T07:00:00Z'),
  endMs: Date.parse('2026-12-01T09:30:00Z'),
  summary: 'Huolto: P-07, käyttöpään laakeri',
  place: 'Tehdaskatu 1; Nokia',
  isCancelled: false,
};

const unfolded = (file: string) => file.replaceAll('\r\n ', '');

describe('a calendar file', () => {
  it('has times in UTC, and what is special in a text is quoted', () => {
    const lines = unfolded(calendarFile(entry)).split('\r\n');
    expect(lines).toContain('DTSTART:20261201T070000Z');
    expect(lines).toContain('SUMMARY:Huolto: P-07\\, käyttöpään laakeri');
    expect(lines).toContain('LOCATION:Tehdaskatu 1\\; Nokia');
  });

  it('of a visit that was cancelled takes the earlier one out of the calendar', () => {
    const lines = calendarFile({ ...entry, sequence: 3, isCancelled: true }).split('\r\n');
    for (const line of ['METHOD:CANCEL', 'STATUS:CANCELLED', 'SEQUENCE:3', `UID:${entry.uid}`])
      expect(lines).toContain(line);
  });

  it('of a feed holds all visits, those cancelled among them, under one name', () => {
    const cancelled = { ...entry, uid: 'vis_2', sequence: 4, isCancelled: true };
    const lines = unfolded(calendarFeed('Työt; Teemu', [entry, cancelled])).split('\r\n');
    expect(lines.filter((line) => line === 'BEGIN:VCALENDAR' || line === 'BEGIN:VEVENT')).toHaveLength(3);
    expect(lines).toEqual(
      expect.arrayContaining(['NAME:Työt\\; Teemu', 'UID:vis_2', 'STATUS:CANCELLED', 'SEQUENCE:4']),
    );
    expect(lines.some((line) => line.startsWith('METHOD'))).toBe(false);
  });

  it('never has a line above 75 octets, and unfolds to the same text, whatever the names', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (name) => {
        const summary = name.replace(/[\r\n]/g, '');
        const file = calendarFile({ ...entry, summary });
        for (const line of file.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
        expect(unfolded(file)).toContain(`SUMMARY:${summary.replace(/[\\;,]/g, (sign) => `\\${sign}`)}\r\n`);
      }),
      { seed: 1 },
    );
  });
});
