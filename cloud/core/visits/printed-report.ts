import { type Answered, answersOf, measuredText } from '@kuluma/shared/model/answered-checks.ts';
import type { Language } from '@kuluma/shared/model/base.ts';
import { createCatalogueWords, midSentence } from '@kuluma/shared/model/catalogue.ts';
import { isSameValue, mergedWork, type WorkField, workOf } from '@kuluma/shared/model/merged-work.ts';
import type { Outcome } from '@kuluma/shared/model/service.ts';
import type { Part } from '@kuluma/shared/model/stock.ts';
import type { VisitChecklist } from '@kuluma/shared/model/views/visit.ts';
import type { VisitEntry, WorkEntry } from '@kuluma/shared/model/visit-work.ts';
import en from '@kuluma/shared/model/words/en.json' with { type: 'json' };
import fi from '@kuluma/shared/model/words/fi.json' with { type: 'json' };
import sv from '@kuluma/shared/model/words/sv.json' with { type: 'json' };

const catalogues = { fi, sv, en } as const;

/** A report as it stands on paper: a head, lines under their titles, and the signature. */
export interface PrintedReport {
  readonly language: Language;
  readonly title: string;
  readonly company: string;
  readonly facts: readonly { readonly name: string; readonly value: string }[];
  readonly sections: readonly { readonly title: string; readonly lines: readonly string[] }[];
  readonly signature: {
    readonly title: string;
    readonly line: string;
    readonly strokes: readonly (readonly number[])[];
  };
  /** Which visit, and of which statements it is the report. */
  readonly mark: string;
}

/** A statement, and when it was made. */
type TimedEntry = WorkEntry & Pick<VisitEntry, 'actedAtMs' | 'isTimeDoubtful'>;

export interface ReportFacts {
  readonly language: Language;
  readonly company: string;
  readonly visitId: string;
  readonly machine: {
    readonly tag: string;
    readonly serialNumber: string;
    readonly modelName: Record<Language, string>;
  };
  readonly site: string;
  readonly technicianName: string;
  readonly componentName: Record<Language, string>;
  readonly startMs: number;
  readonly timeZone: string;
  readonly outcome: Pick<Outcome, 'findingVerdict' | 'finding' | 'minutes' | 'partsUsed' | 'componentReplaced'>;
  readonly parts: ReadonlyMap<string, Pick<Part, 'number' | 'name'>>;
  readonly work: readonly TimedEntry[];
  readonly checklists: readonly VisitChecklist[];
  /** SHA-256 of the statements, in hex. */
  readonly workHash: string;
}

type ReportWords = ReturnType<typeof createCatalogueWords<keyof typeof fi>>;

/** A question with its answer, and that it failed where it did. */
const checkLine = (words: ReportWords, { item, answer, isFailed }: Answered): string => {
  const said = () => {
    if (answer === null) return words.t('serviceReport.check.open');
    if (typeof answer.answer === 'boolean') return words.t(answer.answer ? 'serviceReport.yes' : 'serviceReport.no');
    return typeof answer.answer === 'number'
      ? `${measuredText(words, answer.answer)} ${item.unit}`.trim()
      : answer.answer;
  };
  const told = [said(), answer?.note ?? '', isFailed ? words.t('serviceReport.check.failed') : ''];
  return words.t('serviceReport.check', {
    item: item.label[words.language],
    answer: told.filter((word) => word !== '').join(', '),
  });
};

/** Who signed and on which day, which is that of the pen, not of the report's way here; or why nobody did. */
const signatureLine = (
  words: ReportWords,
  work: ReadonlyMap<string, WorkField>,
  { work: stated, timeZone }: Pick<ReportFacts, 'work' | 'timeZone'>,
): string => {
  const signed = workOf(work, 'signature', 'signature');
  // Stated again it is the same signature, as when a person decides between two phones.
  const [entry] = stated
    .filter(({ value }) => signed && isSameValue(value, signed))
    .toSorted((a, b) => a.actedAtMs - b.actedAtMs);
  if (!signed || !entry) {
    const reason = workOf(work, 'signature', 'noSignature')?.reason ?? '–';
    return words.t('serviceReport.unsigned', { reason });
  }
  const sentence = entry.isTimeDoubtful ? 'serviceReport.signedByDoubtful' : 'serviceReport.signedBy';
  return words.t(sentence, { name: signed.name, day: words.day(entry.actedAtMs, timeZone) });
};

/** The report of a visit in the language of who reads it. */
export const printedReport = (facts: ReportFacts): PrintedReport => {
  const { language, outcome, machine } = facts;
  const words = createCatalogueWords<keyof typeof fi>(language, catalogues[language]);
  const work = mergedWork(facts.work);
  const used = outcome.partsUsed.filter(({ quantity }) => quantity > 0);
  return {
    language,
    title: words.t('serviceReport.title'),
    company: facts.company,
    facts: [
      { name: words.t('serviceReport.machine'), value: `${machine.tag} · ${machine.modelName[language]}` },
      { name: words.t('serviceReport.serial'), value: machine.serialNumber },
      { name: words.t('serviceReport.site'), value: facts.site },
      { name: words.t('serviceReport.done'), value: words.day(facts.startMs, facts.timeZone) },
      { name: words.t('serviceReport.technician'), value: facts.technicianName },
    ],
    sections: [
      {
        title: words.t('serviceReport.found'),
        lines: [words.t(`serviceReport.verdict.${outcome.findingVerdict}`), outcome.finding].filter(
          (line) => line !== '',
        ),
      },
      {
        title: words.t('serviceReport.work'),
        lines: [
          words.t(outcome.componentReplaced ? 'serviceReport.replaced' : 'serviceReport.notReplaced', {
            component: midSentence(facts.componentName[language]),
          }),
          words.t('serviceReport.minutes', { minutes: words.number(outcome.minutes) }),
        ],
      },
      ...facts.checklists.map((checklist) => ({
        title: checklist.name[language],
        lines: answersOf(checklist, work).map((answered) => checkLine(words, answered)),
      })),
      {
        title: words.t('serviceReport.parts'),
        lines:
          used.length === 0
            ? [words.t('serviceReport.noParts')]
            : used.map(({ partId, quantity }) => {
                const part = facts.parts.get(partId);
                const name = part ? part.name[language] : partId;
                return words.t('serviceReport.part', { quantity, name, number: part?.number ?? '' });
              }),
      },
    ],
    signature: {
      title: words.t('serviceReport.signature'),
      line: signatureLine(words, work, facts),
      strokes: workOf(work, 'signature', 'signature')?.strokes ?? [],
    },
    mark: words.t('serviceReport.mark', { visit: facts.visitId, hash: facts.workHash }),
  };
};
