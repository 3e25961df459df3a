import { dataFormats, shareDetails } from '@kuluma/shared/model/data-shares.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import { localDayOf } from '../../calendar/local-time.ts';
import { type Html, html } from '../html.ts';
import { inLanguage } from '../letter-frame.ts';
import { alertOf, type OwnerFrame, ownerPage } from '../owner-pages/owner-frame.ts';
import { type DataWords, dataWords } from './words.ts';

/** A share as its owner sees it. */
export interface ShareRow {
  readonly grantId: string;
  readonly recipientName: string;
  readonly purpose: string;
  readonly detail: (typeof shareDetails)[number];
  /** Null: all. */
  readonly points: number | null;
  readonly endsAtMs: number;
  /** When it ended, if it did. */
  readonly endedAtMs: number | null;
  /** Whether the third party has taken its key. */
  readonly isTaken: boolean;
  readonly uses: number;
  readonly lastUseMs: number | null;
}

export interface MachineDataPage {
  readonly machine: { readonly machineId: string; readonly tag: string };
  readonly timeZone: string;
  readonly nowMs: number;
  readonly points: readonly { readonly id: string; readonly name: string; readonly unit: string }[];
  readonly shares: readonly ShareRow[];
  /** Of the stream, for a program. */
  readonly liveUrl: string;
  readonly idempotencyKey: string;
  readonly notice?: 'wrongTime' | 'incomplete' | undefined;
  /** A share that was just made: its link is shown this once. */
  readonly made?: { readonly recipientName: string; readonly link: string } | undefined;
}

const takeOf = (words: DataWords, { machine, nowMs, timeZone }: MachineDataPage, url: string): Html => {
  const day = (atMs: number) => localDayOf(atMs, timeZone);
  return html`<section class="answer"><h2>${words.t('data.take')}</h2>
<form method="get" action="${url}/file">
<label for="data-from">${words.t('data.from')}</label>
<input class="field" id="data-from" type="date" name="from" value="${day(nowMs - 30 * dayMs)}" required>
<label for="data-to">${words.t('data.to')}</label>
<input class="field" id="data-to" type="date" name="to" value="${day(nowMs)}" required>
<label for="data-format">${words.t('data.format')}</label>
<select class="field" id="data-format" name="format">${dataFormats.map(
    (format) => html`<option value="${format}">${words.t(`data.format.${format}`)}</option>`,
  )}</select>
<button type="submit" class="button primary" aria-label="${words.t('data.download')}: ${machine.tag}">${words.t('data.download')}</button>
</form></section>`;
};

const stateOf = (words: DataWords, share: ShareRow, timeZone: string): string => {
  const date = (atMs: number) => words.date(atMs, timeZone);
  if (share.endedAtMs !== null) return words.t('data.ended', { day: date(share.endedAtMs) });
  if (!share.isTaken) return words.t('data.waiting');
  return words.t('data.used', { count: share.uses, day: share.lastUseMs === null ? '' : date(share.lastUseMs) });
};

const shareOf = (words: DataWords, share: ShareRow, page: MachineDataPage, action: string): Html => {
  const { recipientName: recipient, purpose, points } = share;
  const detail = words.t(share.detail === 'raw' ? 'data.shareRaw' : 'data.shareHours');
  const until = words.date(share.endsAtMs - 1, page.timeZone);
  return html`<li><span class="offer-list-work">${words.t('data.share', { recipient, purpose })}</span>
<span class="soft">${words.t('data.shareScope', { detail, until })} · ${points === null ? words.t('data.shareAll') : words.t('data.sharePoints', { count: points })}</span>
<span>${stateOf(words, share, page.timeZone)}</span>
${
  share.endedAtMs === null
    ? html`<form method="post" action="${action}"><input type="hidden" name="grantId" value="${share.grantId}">
<button type="submit" class="button">${words.t('data.revoke', { recipient })}</button></form>`
    : null
}</li>`;
};

const newShareOf = (words: DataWords, page: MachineDataPage, action: string): Html => {
  const soonest = localDayOf(page.nowMs + dayMs, page.timeZone);
  return html`<section class="answer"><h2>${words.t('data.new')}</h2>
<form method="post" action="${action}">
<input type="hidden" name="idempotencyKey" value="${page.idempotencyKey}">
<label for="share-recipient">${words.t('data.recipient')}</label>
<input class="field" id="share-recipient" name="recipientName" maxlength="200" required autocomplete="organization">
<label for="share-purpose">${words.t('data.purpose')}</label>
<textarea class="field" id="share-purpose" name="purpose" rows="3" minlength="3" maxlength="500" required></textarea>
<fieldset><legend>${words.t('data.points')}</legend>
<label class="time-choice"><input type="checkbox" name="allPoints" value="yes" checked><span>${words.t('data.pointsAll')}</span></label>
${page.points.map(
  ({ id, name, unit }) =>
    html`<label class="time-choice"><input type="checkbox" name="point.${id}" value="yes"><span>${name} (${unit})</span></label>`,
)}</fieldset>
<fieldset><legend>${words.t('data.detail')}</legend>${shareDetails.map(
    (detail) =>
      html`<label class="time-choice"><input type="radio" name="detail" value="${detail}" required><span>${words.t(detail === 'raw' ? 'data.shareRaw' : 'data.shareHours')}</span></label>`,
  )}</fieldset>
<label for="share-since">${words.t('data.since')}</label>
<input class="field" id="share-since" type="date" name="since">
<label for="share-until">${words.t('data.until')}</label>
<input class="field" id="share-until" type="date" name="until" min="${soonest}" required>
<label class="time-choice"><input type="checkbox" name="noGatekeeper" value="yes" required><span>${words.t('data.gatekeeper')}</span></label>
<button type="submit" class="button">${words.t('data.make')}</button>
</form></section>`;
};

/** Where an owner takes the data of a machine along and shares them (Data Act Articles 4 and 5). It works without scripts. */
export const machineDataPage = (frame: OwnerFrame, page: MachineDataPage): string => {
  const { language } = frame;
  const words = dataWords(language);
  const { machineId, tag } = page.machine;
  const url = `/owner/machines/${machineId}/data`;
  const { made } = page;
  return ownerPage(frame, {
    title: words.t('data.title', { machine: tag }),
    body: () => html`<header>
<p class="no-print"><a href="${inLanguage(`/owner/machines/${machineId}`, language)}">← ${tag}</a></p>
<h1>${words.t('data.title', { machine: tag })}</h1>
<p>${words.t('data.lead')}</p>
<p><a href="${inLanguage(`/owner/machines/${machineId}/data-sheet`, language)}">${words.t('sheet.link')}</a></p></header>
${page.notice ? alertOf(words.t(`data.${page.notice}`)) : null}
${
  made
    ? html`<section class="offer-state good" role="status"><p>${words.t('data.made', { recipient: made.recipientName })}</p>
<p><code class="share-key">${made.link}</code></p></section>`
    : null
}
${takeOf(words, page, url)}
<section><h2>${words.t('data.live')}</h2><p>${words.t('data.liveSay')}</p><p><code class="share-key">${page.liveUrl}</code></p></section>
<section><h2>${words.t('data.shares')}</h2>
${
  page.shares.length === 0
    ? html`<p>${words.t('data.none')}</p>`
    : html`<ul class="waiting">${page.shares.map((share) => shareOf(words, share, page, inLanguage(`${url}/end`, language)))}</ul>`
}</section>
${newShareOf(words, page, inLanguage(url, language))}`,
  });
};
