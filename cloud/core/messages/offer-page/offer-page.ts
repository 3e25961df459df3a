import type { Language } from '@kuluma/shared/model/base.ts';
import { midSentence } from '@kuluma/shared/model/catalogue.ts';
import { vatCentsOf } from '@kuluma/shared/model/money.ts';
import {
  arrivalText,
  dayWeekText,
  driverSentence,
  mainDrivers,
  offerSentence,
  priceLineText,
} from '@kuluma/shared/model/sentences.ts';
import type { OfferView } from '@kuluma/shared/model/views/visit.ts';
import { firstCheckMs } from '../../visits/service-steps.ts';
import { type Html, html } from '../html.ts';
import { letterFrame, letterHead } from '../letter-frame.ts';
import { type MachinePicture, machinePicture } from '../machine-picture.ts';
import { plainPage } from '../owner-pages/owner-frame.ts';
import type { Helper } from '../owner-pages/way-to-person.ts';
import { answerForms } from './answer-forms.ts';
import { changeForms, type OtherTime } from './change-forms.ts';
import { feedbackForms } from './feedback-forms.ts';
import type { FormFacts } from './form.ts';
import { canWaitUntil, riskWord, waitingPoints } from './waiting.ts';
import { type OfferPageWords, offerPageWords } from './words.ts';

/** What an answer led to that the page has to say. */
export interface Notice {
  /** Of an error, or one of the page's own. */
  readonly code: string;
  /** Under which the log has it. */
  readonly reference: string;
}

export interface OfferPage extends FormFacts {
  readonly language: Language;
  readonly notice?: Notice | undefined;
  /** Times for a booked visit in place of its own, where they were asked for. */
  readonly otherTimes?: readonly OtherTime[] | undefined;
  readonly picture: MachinePicture | null;
  /** Style sheet of the page, as text. */
  readonly style: string;
}

/** A tag never breaks at its hyphen, nor before the comma after it. */
const withTag = (sentence: string, tag: string): Html => {
  const [before = '', ...others] = sentence.split(tag);
  if (others.length === 0) return html`${sentence}`;
  const rest = others.join(tag);
  const [joined] = /^\S*/.exec(rest) ?? [''];
  return html`${before}<span class="nowrap">${tag}${joined}</span>${rest.slice(joined.length)}`;
};

const stateOf = (words: OfferPageWords, view: OfferView, url: string): Html | null => {
  const zone = view.machine.timeZone;
  const { visit, state, person } = view;
  if (visit)
    return html`<div class="${visit.state === 'cancelled' ? 'offer-state' : 'offer-state good'}" role="status">
<p class="offer-state-what">${words.t(`offer.visit.${visit.state}`)}</p>
<p>${arrivalText(words, visit.arrivalFromAt, visit.arrivalToAt, zone)}</p>
<p>${visit.state === 'cancelled' ? words.t('offer.next.cancelled', { name: person.name, phone: person.phone.replaceAll(' ', '\u00a0') }) : words.t('offer.technician', { name: visit.technicianName })}</p>
${visit.state === 'booked' || visit.state === 'cancelled' ? html`<p class="no-print"><a href="${url}/visit.ics">${words.t(visit.state === 'booked' ? 'offer.calendar' : 'offer.calendarRemove')}</a></p>` : null}
${visit.state === 'done' ? html`<p class="no-print"><a href="${url}/report.pdf">${words.t('offer.report')}</a></p>` : null}
</div>`;
  if (state === 'sent') {
    const untilMs = Date.parse(view.validUntilAt);
    return html`<p class="soft">${words.t('offer.validUntil', { day: words.day(untilMs, zone), time: words.time(untilMs, zone) })}</p>`;
  }
  if (state === 'accepted') return null;
  const phone = person.phone.replaceAll(' ', '\u00a0');
  return html`<div class="offer-state" role="status">
<p class="offer-state-what">${words.t(`offer.answered.${state}`)}</p>
<p>${words.t(`offer.next.${state}`, { name: person.name, phone })}</p>
${state === 'callRequested' && view.callWish ? html`<p>${words.t('offer.callWish', { when: words.t(`answer.call.${view.callWish}`) })}</p>` : null}
</div>`;
};

/** A look at a machine that has only changed: what is wrong, and what comes of it, nobody knows yet. */
const isForecast = ({ riskOfWaiting }: OfferView): boolean => riskOfWaiting.length > 0;

const foundOf = (words: OfferPageWords, view: OfferView): Html => {
  const component = words.own(view.componentName);
  return html`<section>
<h2>${words.t('offer.found')}</h2>
<p>${words.t(isForecast(view) ? 'offer.foundLead' : 'offer.changedLead', { component })}</p>
<ul class="drivers">${mainDrivers(view.drivers).map((driver) => html`<li>${driverSentence(words, driver)}</li>`)}</ul>
${isForecast(view) ? html`<p>${words.t(`consequence.${view.failureModeCode}`)}</p>` : null}
</section>
<section>
<h2>${words.t('offer.propose')}</h2>
<p>${words.t(`offer.propose.${view.action}`, { component: midSentence(component), duration: view.durationMin })}</p>
</section>`;
};

const priceOf = (words: OfferPageWords, { lines, parts, total }: OfferView): Html => html`<section>
<h2>${words.t('offer.cost')}</h2>
<table class="price">
<caption class="visually-hidden">${words.t('price.title')}</caption>
<tbody>${lines.map(
  (line) =>
    html`<tr><th scope="row">${priceLineText(words, line, parts)}${line.kind === 'part' ? html` <span class="small soft price-number">${line.code}</span>` : null}</th><td class="number">${words.money(line.netCents + vatCentsOf(line))}</td></tr>`,
)}</tbody>
<tfoot>
<tr class="price-gross"><th scope="row">${words.t('price.gross')}</th><td class="number">${words.money(total.grossCents)}</td></tr>
<tr><th scope="row">${words.t('price.vatOf')}</th><td class="number">${words.money(total.vatCents)}</td></tr>
</tfoot>
</table>
<p class="small soft">${words.t('offer.costNote')}</p>
</section>`;

const waitingOf = (words: OfferPageWords, view: OfferView): Html | null => {
  const zone = view.machine.timeZone;
  const points = waitingPoints(view.riskOfWaiting);
  if (points.length === 0) return null;
  const calm = canWaitUntil(view.riskOfWaiting);
  const probability = (value: number) => words.percent(value);
  return html`<section>
<h2>${words.t('offer.wait')}</h2>
<ul class="waiting risks">${points.map(
    ({
      at,
      failureProbability,
    }) => html`<li><span>${words.t('offer.waitUntil', { day: words.day(Date.parse(at), zone) })}</span>
<span class="soft">${words.t(`risk.${riskWord(failureProbability)}`, { probability: probability(failureProbability) })}</span></li>`,
  )}</ul>
${
  calm
    ? html`<p>${words.t('offer.canWait', { day: words.day(Date.parse(calm.at), zone), probability: probability(calm.failureProbability) })}</p>`
    : null
}
</section>`;
};

/** Who comes and when, or is there. */
const arrivalBy = (words: OfferPageWords, { visit, machine }: OfferView): string | null => {
  if (!visit) return null;
  const { timeZone } = machine;
  const technician = visit.technicianName;
  if (visit.state === 'working') return words.t('tracker.due.served', { technician });
  if (visit.expectedAt !== null)
    return words.t('tracker.due.expected', { technician, time: words.time(Date.parse(visit.expectedAt), timeZone) });
  const [fromMs, toMs] = [Date.parse(visit.arrivalFromAt), Date.parse(visit.arrivalToAt)];
  const when = { day: words.day(fromMs, timeZone), window: words.timeRange(fromMs, toMs, timeZone) };
  return words.t('tracker.due.onTheWay', { technician, ...when });
};

/** Who takes a step and when, as far as that is known. */
const dueOf = (words: OfferPageWords, view: OfferView, { step }: OfferView['steps'][number]): string | null => {
  const { visit, steps, serviceCompany: company } = view;
  const { timeZone } = view.machine;
  const dayOf = (ms: number) => words.day(ms, timeZone);
  if (step === 'parts' && visit)
    return words.t('tracker.due.parts', { company, day: dayOf(Date.parse(visit.arrivalFromAt)) });
  if (step === 'onTheWay' || step === 'served') return arrivalBy(words, view);
  const servedAt = steps.find((one) => one.step === 'served')?.at;
  return step === 'verified' && servedAt
    ? words.t('tracker.due.verified', { day: dayOf(firstCheckMs(Date.parse(servedAt))) })
    : null;
};

const trackerOf = (words: OfferPageWords, view: OfferView): Html => {
  const zone = view.machine.timeZone;
  const next = view.steps.findIndex(({ isDone }) => !isDone);
  const nextStep = view.steps[next];
  const due = nextStep ? dueOf(words, view, nextStep) : null;
  return html`<section>
<h2>${words.t('tracker.title')}</h2>
<ol class="tracker">${view.steps.map(
    ({ step, isDone, at }, i) => html`<li class="${isDone ? 'done' : i === next ? 'next' : 'later'}">
<span>${words.t(`tracker.${step}`)}</span>
<span class="soft">${isDone ? (at ? dayWeekText(words, Date.parse(at), zone) : words.t('tracker.done')) : i === next ? words.t('tracker.next') : ''}</span>${i === next && due !== null ? html`<span class="tracker-due">${due}</span>` : null}</li>`,
  )}</ol>
</section>`;
};

const personOf = (words: OfferPageWords, { person, serviceCompany }: OfferView): Html => html`<address class="person">
<p>${words.t('offer.person')}</p>
<p class="person-name">${person.name}, ${serviceCompany}</p>
<p class="person-ways"><a href="tel:${person.phone.replaceAll(' ', '')}">${person.phone}</a> <a href="mailto:${person.email}">${person.email}</a></p>
</address>`;

/** What is agreed is proposed no more. */
const headlineOf = (words: OfferPageWords, view: OfferView): string =>
  view.visit && view.visit.state !== 'cancelled'
    ? words.t('offer.service', { machine: view.machine.tag, component: midSentence(words.own(view.componentName)) })
    : offerSentence(words, view);

const noticeOf = (words: OfferPageWords, { code, reference }: Notice): Html =>
  html`<p class="notice" role="alert">${words.coded('notice', code, words.t('notice.other', { reference }))}</p>`;

/**
 * The owner's page of one offer: what was found, what is proposed, what it costs, what waiting means, and the answer;
 * later where the matter stands. It works without scripts, and looking at it changes nothing.
 */
export const offerPage = (view: OfferView, page: OfferPage): string => {
  const { language, notice, style, url } = page;
  const words = offerPageWords(language);
  const { machine } = view;
  // Who said no, or has not answered, is asked or left alone; the steps are of a service that comes.
  const isOpen = view.state === 'sent' || view.state === 'expired';
  return letterFrame(
    language,
    { title: words.t('page.title', { machine: machine.tag }), style },
    html`${letterHead(language, { company: view.serviceCompany, url, languages: words.t('page.languages') })}
<main class="offer">
<header>
<h1>${withTag(headlineOf(words, view), machine.tag)}</h1>
<p class="soft">${words.t('offer.machine', { machine: machine.tag, model: words.own(machine.modelName), site: machine.site?.name ?? '–' })}</p>
${machinePicture(words, machine, page.picture)}
</header>
${notice ? noticeOf(words, notice) : null}
${stateOf(words, view, url)}
${feedbackForms(words, view, page)}
${changeForms(words, view, page, page.otherTimes)}
${view.visit && view.visit.state !== 'cancelled' ? trackerOf(words, view) : null}
${foundOf(words, view)}
${priceOf(words, view)}
${isOpen ? waitingOf(words, view) : null}
${isOpen ? answerForms(words, view, page) : null}
${personOf(words, view)}
</main>`,
  );
};

/** What stands in place of an offer: that its link opens nothing any more, or, with `reference`, that we failed. */
export const noOfferPage = (
  language: Language,
  style: string,
  { reference, helper }: { readonly reference?: string | undefined; readonly helper?: Helper | undefined },
): string => {
  const words = offerPageWords(language);
  const said =
    reference === undefined
      ? { what: words.t('page.gone'), next: words.t('page.goneNext') }
      : { what: words.t('page.failed'), next: words.t('page.failedNext', { reference }) };
  return plainPage(language, style, said, helper);
};
