import type { Id } from '@kuluma/shared/model/base.ts';
import { createFormat } from '@kuluma/shared/model/format.ts';
import { describe, expect, it } from 'vitest';
import { printedReport, type ReportFacts } from './printed-report.ts';

const part = 'prt_1' as Id<'part'>;
const text = (fi: string, sv: string, en: string) => ({ fi, sv, en });
const facts: ReportFacts = {
  language: 'sv',
  company: 'Huolto Oy',
  visitId: 'vis_1',
  machine: { tag: 'P-07', serialNumber: 'A1', modelName: text('Pumppu', 'Pump', 'Pump') },
  site: 'Lämpökeskus',
  technicianName: 'Teemu',
  componentName: text('Laakeri', 'Lager', 'Bearing'),
  startMs: Date.UTC(2026, 10, 22, 8),
  timeZone: 'Europe/Helsinki',
  outcome: {
    findingVerdict: 'confirmed',
    finding: 'Rost',
    minutes: 95,
    partsUsed: [{ partId: part, quantity: 2 }],
    componentReplaced: true,
  },
  parts: new Map([[part, { number: 'K-1', name: text('Laakeri', 'Lager', 'Bearing') }]]),
  work: [
    {
      entryId: 'ven_1' as Id<'visitEntry'>,
      value: { kind: 'signature', name: 'Otto', strokes: [[1, 2, 3, 4]] },
      replaces: [],
      actedAtMs: Date.UTC(2026, 10, 21, 22, 30),
    },
  ],
  checklists: [],
  workHash: 'abc',
};

/** Half past midnight in Helsinki, of which UTC knows nothing. */
const signedDay = createFormat('sv').day(Date.UTC(2026, 10, 22, 12), facts.timeZone);

describe('a printed report', () => {
  it('says in the language of its reader what was found, done and used, and who signed', () => {
    const { title, sections, signature, mark } = printedReport(facts);
    expect(title).toBe('Servicerapport');
    expect(sections.map(({ lines }) => lines)).toEqual([
      ['Det förutsedda slitaget hittades', 'Rost'],
      ['Bytt: lager', 'Arbetstid 95 min'],
      ['2 × Lager (K-1)'],
    ]);
    expect(signature).toMatchObject({ strokes: [[1, 2, 3, 4]] });
    expect(signature.line).toBe(`Otto, ${signedDay}`);
    expect(mark).toContain('abc');
  });

  it('says where the day of the signature is that of a clock that may be wrong', () => {
    const work = facts.work.map((entry) => ({ ...entry, isTimeDoubtful: true }));
    const { signature } = printedReport({ ...facts, work });
    expect(signature.line).toBe(`Otto, ${signedDay} (enligt telefonens egen klocka, som inte kunde kontrolleras)`);
  });

  it('has the questions of a checklist with their answers, and what failed', () => {
    const editionId = 'che_1' as Id<'checklistEdition'>;
    const item = { unit: 'mm/s', min: null, max: 7.1, photo: false, kind: 'value' as const };
    const items = [
      { ...item, label: text('Tärinä', 'Vibration', 'Vibration') },
      { ...item, kind: 'yesNo' as const, label: text('Suoja', 'Skydd', 'Guard') },
      { ...item, label: text('Lämpö', 'Värme', 'Heat') },
    ];
    const said = (at: number, answer: boolean | number, note = '') => ({
      entryId: `ven_c${at}` as Id<'visitEntry'>,
      value: { kind: 'check' as const, editionId, item: at, answer, note },
      replaces: [],
      actedAtMs: facts.startMs,
    });
    const { sections } = printedReport({
      ...facts,
      checklists: [{ editionId, name: text('Kierros', 'Rond', 'Round'), items }],
      work: [said(0, 8.25, 'ojämn'), said(1, true)],
    });
    expect(sections.find(({ title }) => title === 'Rond')?.lines).toEqual([
      'Vibration: 8,25 mm/s, ojämn, kräver åtgärd',
      'Skydd: ja',
      'Värme: inget svar',
    ]);
  });

  it('gives the reason where nobody signed', () => {
    const value = { kind: 'noSignature', reason: 'Ingen på plats' } as const;
    const entry = { entryId: 'ven_2' as Id<'visitEntry'>, value, replaces: [], actedAtMs: facts.startMs };
    const unsigned = printedReport({ ...facts, work: [entry] });
    expect(unsigned.signature).toEqual({
      title: 'Underskrift',
      line: 'Ingen underskrift: Ingen på plats',
      strokes: [],
    });
  });
});
