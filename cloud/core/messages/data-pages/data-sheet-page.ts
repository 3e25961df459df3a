import type { Id, LocalText } from '@kuluma/shared/model/base.ts';
import { backupDays } from '../../privacy/processing-register.ts';
import { type Html, html } from '../html.ts';
import { type OwnerFrame, ownerPage } from '../owner-pages/owner-frame.ts';
import { type DataWords, dataWords } from './words.ts';

/** How long the store keeps what. */
export interface DataRetention {
  readonly sampleDays: number;
  readonly hourYears: number;
  readonly dayYears: number;
}

export interface DataSheet {
  /** Of which machine, by its tag; null for all of a model. */
  readonly tag: string | null;
  readonly machineModel: { readonly id: Id<'machineModel'>; readonly name: LocalText };
  readonly points: readonly {
    readonly name: string;
    readonly unit: string;
    /** Over the last week; null where none came. */
    readonly perDay: number | null;
  }[];
  /** Of all points as CSV. */
  readonly bytesPerDay: number;
  /** Undefined where a server of the company decides. */
  readonly retention: DataRetention | undefined;
}

/** Of a file, in the unit in which it is no nought. */
const sizeOf = (words: DataWords, bytes: number): string =>
  bytes < 1e5
    ? words.t('sheet.kilobytes', { size: words.number(Math.max(1, Math.round(bytes / 1e3)), 0) })
    : words.t('sheet.megabytes', { size: words.number(bytes / 1e6, 1) });

const pointsOf = (words: DataWords, { points, bytesPerDay }: DataSheet): Html => {
  if (points.length === 0) return html`<p>${words.t('sheet.noPoints')}</p>`;
  const values = points.reduce((sum, { perDay }) => sum + (perDay ?? 0), 0);
  const size = sizeOf(words, 30 * bytesPerDay);
  const volume = { values: words.number(Math.round(values), 0), size };
  return html`<ul class="waiting">${points.map(
    ({ name, unit, perDay }) =>
      html`<li><span>${words.coded('point', name, name)} (${unit})</span> <span class="soft">${perDay === null ? words.t('sheet.notYet') : words.t('sheet.perDay', { values: words.number(Math.round(perDay), 0) })}</span></li>`,
  )}</ul>
${values === 0 ? null : html`<p>${words.t('sheet.volume', volume)}</p>`}`;
};

/**
 * What data a machine makes and how its user gets at them, to be read before a contract (Data Act, Regulation 2023/2854,
 * Article 3(2) and (3)). It is made of the records, works without scripts and prints.
 */
export const dataSheetPage = (frame: OwnerFrame, sheet: DataSheet): string => {
  const words = dataWords(frame.language);
  const { company } = frame;
  const { retention } = sheet;
  const title = words.t('sheet.title', { machine: sheet.tag ?? words.own(sheet.machineModel.name) });
  return ownerPage(frame, {
    title,
    body: () => html`<header><h1>${title}</h1>
${sheet.tag === null ? null : html`<p class="soft">${words.own(sheet.machineModel.name)}</p>`}
<p>${words.t('sheet.lead')}</p></header>
<section><h2>${words.t('sheet.what')}</h2>${pointsOf(words, sheet)}<p>${words.t('sheet.also')}</p></section>
<section><h2>${words.t('sheet.where')}</h2><p>${words.t('sheet.continuous', { company })}</p>
<p>${
      retention
        ? words.t('sheet.kept', {
            ...{ days: words.number(retention.sampleDays, 0), backupDays },
            ...{ hourYears: retention.hourYears, dayYears: retention.dayYears },
          })
        : words.t('sheet.keptElsewhere', { company, backupDays })
    }</p></section>
<section><h2>${words.t('sheet.access')}</h2>${(['file', 'live', 'share', 'leave'] as const).map(
      (what) => html`<p>${words.t(`sheet.${what}`)}</p>`,
    )}</section>
<section><h2>${words.t('sheet.use')}</h2><p>${words.t('sheet.useOwn', { company })}</p>
<p>${words.t('sheet.useOthers')}</p><p>${words.t('sheet.complain')}</p></section>`,
  });
};
