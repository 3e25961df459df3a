import { caseUrgencies } from '@kuluma/shared/model/cases.ts';
import type { CaseView } from '@kuluma/shared/model/views/case.ts';
import type { MachineHead } from '@kuluma/shared/model/views/common.ts';
import type { PhotoRefusal } from '../../cases/photo.ts';
import { type Html, html } from '../html.ts';
import { inLanguage } from '../letter-frame.ts';
import { alertOf, type OwnerFrame, ownerPage } from './owner-frame.ts';
import { type OwnerWords, ownerWords } from './words.ts';

/**
 * Asks for the page anew while somebody looks at it, and takes its thread over; what is being written stays. Without
 * scripts the reader does it by the link that stands there.
 */
export const threadScript = `setInterval(async () => {
  if (document.hidden) return;
  const reply = await fetch(location.href);
  if (!reply.ok) return;
  const fresh = new DOMParser().parseFromString(await reply.text(), 'text/html').getElementById('thread');
  const shown = document.getElementById('thread');
  if (fresh && fresh.textContent !== shown.textContent) shown.replaceChildren(...fresh.childNodes);
}, 10000);`;

const hidden = (idempotencyKey: string): Html =>
  html`<input type="hidden" name="idempotencyKey" value="${idempotencyKey}">`;

const photoField = (words: OwnerWords, label: string): Html => html`<label class="decline">${label}
<input class="field" type="file" name="photo" accept="image/jpeg"></label>
<p class="small soft">${words.t('report.photoNote')}</p>`;

const textField = (label: string, text = ''): Html => html`<label class="decline">${label}
<textarea class="field" name="text" rows="4" maxlength="2000" required>${text}</textarea></label>`;

const urgencyField = (words: OwnerWords, legend: string, chosen?: string): Html => html`<fieldset>
<legend>${legend}</legend>
${caseUrgencies.map(
  (urgency) =>
    html`<label class="time-choice"><input type="radio" name="urgency" value="${urgency}" required${urgency === chosen ? html` checked` : null}><span>${words.t(`urgency.${urgency}`)}</span></label>`,
)}
</fieldset>`;

/** What somebody at the machine sends; what they have written stays when something is missing. */
export interface FaultForm {
  readonly machineTag: string;
  readonly siteName: string | null;
  readonly idempotencyKey: string;
  readonly notice?: 'incomplete' | 'tooMany' | PhotoRefusal | undefined;
  readonly written?: { readonly text?: string; readonly urgency?: string; readonly reachAt?: string };
}

/** The page behind the code on a machine: what, how bad, how to reach you. It tells nothing of the machine but its name and place. */
export const faultPage = (frame: OwnerFrame, facts: FaultForm): string => {
  const { machineTag: machine, siteName, idempotencyKey, notice, written = {} } = facts;
  const words = ownerWords(frame.language);
  return ownerPage(frame, {
    title: words.t('report.title', { machine }),
    body: () => html`<header><h1>${words.t('report.title', { machine })}</h1>
${siteName === null ? null : html`<p class="soft">${siteName}</p>`}
<p>${words.t('report.lead', { company: frame.company })}</p>
<p>${words.t('report.danger')}</p></header>
${notice ? alertOf(words.t(`report.${notice}`)) : null}
<section class="answer">
<form method="post" enctype="multipart/form-data" action="${inLanguage(frame.url, frame.language)}">
${hidden(idempotencyKey)}
${textField(words.t('report.what'), written.text)}
${photoField(words, words.t('report.photo'))}
${urgencyField(words, words.t('report.howBad'), written.urgency)}
<label class="decline">${words.t('report.reach')}
<input class="field" name="reachAt" maxlength="200" autocomplete="tel" value="${written.reachAt ?? ''}" required></label>
<p class="small soft">${words.t('report.reachNote')}</p>
<label class="empty-field">${words.t('report.leaveEmpty')} <input name="website" tabindex="-1" autocomplete="off"></label>
<button type="submit" class="button primary">${words.t('report.send')}</button>
</form>
</section>`,
  });
};

/** What a page of a thread has to say of what was sent to it. */
export type CaseNotice = 'received' | 'notSent' | PhotoRefusal;

const alertIn = (words: OwnerWords, notice: 'notSent' | PhotoRefusal | undefined): Html | null =>
  notice === undefined ? null : alertOf(words.t(notice === 'notSent' ? 'case.notSent' : `report.${notice}`));

/** The page on which a signed-in owner writes to the company. */
export const askPage = (
  frame: OwnerFrame,
  facts: {
    readonly machine: MachineHead | null;
    readonly idempotencyKey: string;
    readonly notice?: 'notSent' | PhotoRefusal | undefined;
    /** What was sent and not taken; it stays. */
    readonly written?: FaultForm['written'];
  },
): string => {
  const { machine, idempotencyKey, notice, written } = facts;
  const words = ownerWords(frame.language);
  return ownerPage(frame, {
    title: words.t('case.askTitle'),
    body: () => html`<header><h1>${words.t('case.askTitle')}</h1>
${machine ? html`<p class="soft">${words.t('case.askAbout', { machine: machine.tag })}</p>` : null}</header>
${alertIn(words, notice)}
<section class="answer">
<form method="post" enctype="multipart/form-data" action="${inLanguage(frame.url, frame.language)}">
${hidden(idempotencyKey)}
${machine ? html`<input type="hidden" name="machineId" value="${machine.machineId}">` : null}
${textField(words.t('case.text'), written?.text)}
${photoField(words, words.t('case.photoField'))}
${urgencyField(words, words.t('report.howBad'), written?.urgency ?? 'canWait')}
<button type="submit" class="button primary">${words.t('case.send')}</button>
</form>
</section>`,
  });
};

const threadOf = (
  words: OwnerWords,
  { messages, machine, state, turn }: CaseView,
  { timeZone, url }: Pick<OwnerFrame, 'timeZone' | 'url'>,
): Html => {
  const zone = machine?.timeZone ?? timeZone;
  return html`<section id="thread" class="thread-section" aria-live="polite">
<p>${state === 'closed' ? words.t('case.closed') : words.t(`case.turn.${turn}`)}</p>
<h2>${words.t('case.thread')}</h2>
<ol class="thread">${messages.map(({ voice, personName, text, at, photoId }) => {
    const atMs = Date.parse(at);
    const who = voice === 'owner' ? (personName ?? words.t('case.you')) : (personName ?? words.t('case.company'));
    return html`<li class="${voice === 'owner' ? 'thread-own' : 'thread-theirs'}">
<p class="small soft"><b>${who}</b> <time datetime="${at}">${words.day(atMs, zone)} ${words.time(atMs, zone)}</time></p>
<p class="thread-text">${text}</p>${photoId === undefined ? null : html`<p><a href="${url}/photos/${photoId}">${words.t('case.photo')}</a></p>`}</li>`;
  })}</ol>
</section>`;
};

/** The thread of a case for its owner. */
export const casePage = (
  frame: OwnerFrame,
  view: CaseView,
  now: {
    readonly idempotencyKey: string;
    readonly notice?: CaseNotice | undefined;
    /** What was written and not taken; it stays. */
    readonly written?: string | undefined;
    /** Where the address is all that leads back. */
    readonly isByLink: boolean;
  },
): string => {
  const { idempotencyKey, notice, written, isByLink } = now;
  const words = ownerWords(frame.language);
  const title = words.t(`case.title.${view.origin}`, { machine: view.machine?.tag ?? '' });
  return ownerPage(
    { ...frame, script: threadScript },
    {
      title,
      body: () => html`<header><h1>${title}</h1>
<p class="soft">${words.t(`urgency.${view.urgency}`)}</p></header>
${notice === 'received' ? null : alertIn(words, notice)}
${
  notice === 'received' || isByLink
    ? html`<div class="offer-state good" role="status">
${notice === 'received' ? html`<p class="offer-state-what">${words.t('case.received')}</p>` : null}
${isByLink ? html`<p>${words.t('case.keepLink')}</p>` : null}
</div>`
    : null
}
${threadOf(words, view, frame)}
<p class="no-print"><a href="${inLanguage(frame.url, frame.language)}">${words.t('case.refresh')}</a></p>
<section class="answer no-print">
<form method="post" enctype="multipart/form-data" action="${inLanguage(frame.url, frame.language)}">
${hidden(idempotencyKey)}
${textField(words.t('case.text'), written)}
${photoField(words, words.t('case.photoField'))}
<button type="submit" class="button primary">${words.t('case.send')}</button>
</form>
</section>`,
    },
  );
};
