import { documentFacts } from '@kuluma/shared/model/document-facts.ts';
import type { HealthGrade } from '@kuluma/shared/model/forecast.ts';
import { calendarDay } from '@kuluma/shared/model/format.ts';
import { arrivalText, dayWeekText, offerSentence } from '@kuluma/shared/model/sentences.ts';
import type {
  OwnerCaseRow,
  OwnerMachine,
  OwnerMachineRow,
  OwnerMachines,
} from '@kuluma/shared/model/views/owner-machines.ts';
import { type Html, html } from '../html.ts';
import { inLanguage } from '../letter-frame.ts';
import { machinePicture } from '../machine-picture.ts';
import { agreementPrice, coversOf } from './agreement-words.ts';
import { type OwnerFrame, ownerPage } from './owner-frame.ts';
import { type OwnerWords, ownerWords } from './words.ts';

/** Told apart without colour too: by the word, and by a sign of its own. */
const signs = { good: '●', watch: '◐', act: '▲', critical: '◆', unknown: '?' } as const;

const gradeOf = (words: OwnerWords, grade: HealthGrade): Html =>
  html`<span class="grade grade-${grade}"><span aria-hidden="true">${signs[grade]}</span> ${words.t(`health.${grade}`)}</span>`;

const machineRow = (words: OwnerWords, { machine, healthGrade }: OwnerMachineRow): Html => html`<li>
<a href="${inLanguage(`/owner/machines/${machine.machineId}`, words.language)}"><span class="offer-list-work nowrap">${machine.tag}</span>
<span class="soft">${words.own(machine.modelName)} · ${machine.site?.name ?? '–'}</span>
${gradeOf(words, healthGrade)}</a></li>`;

const caseList = (words: OwnerWords, cases: readonly OwnerCaseRow[]): Html | null =>
  cases.length === 0
    ? null
    : html`<section><h2>${words.t('machines.cases')}</h2>
<ul class="offer-list">${cases.map(
        ({
          caseId,
          origin,
          machineTag,
          turn,
        }) => html`<li><a href="${inLanguage(`/owner/cases/${caseId}`, words.language)}">
<span class="offer-list-work">${words.t(`case.title.${origin}`, { machine: machineTag ?? '' })}</span>
<span class="soft">${words.t(`case.turn.${turn}`)}</span></a></li>`,
      )}</ul></section>`;

const contractList = (words: OwnerWords, contracts: OwnerMachines['contracts']): Html | null =>
  contracts.length === 0
    ? null
    : html`<section><h2>${words.t('machines.contracts')}</h2>
<ul class="offer-list">${contracts.map(
        ({
          contractOfferId,
          machineTag,
          monthlyGrossCents,
        }) => html`<li><a href="${inLanguage(`/owner/contracts/${contractOfferId}`, words.language)}">
<span class="offer-list-work">${words.t('machines.contractRow', { machine: machineTag })}</span>
<span class="soft">${words.t('agreement.month', { price: words.money(monthlyGrossCents) })}</span></a></li>`,
      )}</ul></section>`;

/** All machines of an owner, what waits for their answer first. */
export const machinesPage = (frame: OwnerFrame, { machines, offers, contracts, cases }: OwnerMachines): string => {
  const { t } = ownerWords(frame.language);
  return ownerPage(frame, {
    title: t('machines.title'),
    body: (words) => html`<h1>${words.t('machines.title')}</h1>
${
  offers.length === 0
    ? null
    : html`<section><h2>${words.t('machines.offers')}</h2>
<ul class="offer-list">${offers.map(
        (
          offer,
        ) => html`<li><a href="${inLanguage(`/owner/offers/${offer.offerId}`, words.language)}"><span class="offer-list-work">${offerSentence(words, offer)}</span>
<span class="soft">${words.money(offer.grossCents)}</span></a></li>`,
      )}</ul></section>`
}
${contractList(words, contracts)}
${caseList(words, cases)}
${
  machines.length === 0
    ? html`<p>${words.t('machines.none')}</p>`
    : html`<section>${offers.length + contracts.length + cases.length === 0 ? null : html`<h2>${words.t('machines.back')}</h2>`}
<ul class="offer-list">${machines.map((row) => machineRow(words, row))}</ul></section>`
}
<p><a href="${inLanguage('/owner/wishes', words.language)}">${words.t('person.wishes')}</a></p>
<p><a href="${inLanguage('/owner/data', words.language)}">${words.t('person.ownData')}</a></p>`,
  });
};

const visitsOf = (words: OwnerWords, { visits, machine }: OwnerMachine): Html => html`<section>
<h2>${words.t('machine.visits')}</h2>
${
  visits.length === 0
    ? html`<p>${words.t('machine.visitsNone')}</p>`
    : html`<ul class="offer-list">${visits.map(
        ({
          offerId,
          arrivalFromAt,
          arrivalToAt,
          technicianName,
          componentName,
        }) => html`<li><a href="${inLanguage(`/owner/offers/${offerId}`, words.language)}">
<span class="offer-list-work">${arrivalText(words, arrivalFromAt, arrivalToAt, machine.timeZone)}</span>
<span class="soft">${words.own(componentName)} · ${technicianName}</span>
<span>${words.t('machine.offer')}</span></a></li>`,
      )}</ul>`
}
</section>`;

const historyOf = (words: OwnerWords, { history, machine }: OwnerMachine): Html => html`<section>
<h2>${words.t('machine.history')}</h2>
${
  history.length === 0
    ? html`<p>${words.t('machine.historyNone')}</p>`
    : html`<ul class="waiting">${history.map(
        ({ offerId, closedAt, componentName, findingVerdict, finding, isReplaced }) => html`<li>
<span>${dayWeekText(words, Date.parse(closedAt), machine.timeZone)}</span>
<span>${words.t(`machine.found.${findingVerdict}`, { component: words.own(componentName) })}${isReplaced ? ` ${words.t('machine.replaced')}` : null}</span>
${finding === '' ? null : html`<span class="soft">${finding}</span>`}
<a href="/owner/offers/${offerId}/report.pdf">${words.t('machine.reportPdf')}</a></li>`,
      )}</ul>`
}
</section>`;

const documentUrl = ({ machineId }: OwnerMachine['machine'], { fileId }: { readonly fileId: string }): string =>
  `/owner/machines/${machineId}/documents/${fileId}`;

const documentsOf = (words: OwnerWords, { documents, machine }: OwnerMachine): Html | null =>
  documents.length === 0
    ? null
    : html`<section><h2>${words.t('machine.documents')}</h2>
<ul class="waiting">${documents.map(
        (document) => html`<li>
<a href="${documentUrl(machine, document)}">${document.title}</a>
<span class="soft">${documentFacts(words, document)}</span></li>`,
      )}</ul></section>`;

const spanOf = (
  words: OwnerWords,
  { fromOn, untilOn }: { readonly fromOn: string; readonly untilOn: string | null },
  today: string,
): string => {
  if (untilOn !== null && untilOn < today) return words.t('agreement.ended', { day: calendarDay(words, untilOn) });
  const until =
    untilOn === null ? words.t('agreement.open') : words.t('agreement.until', { day: calendarDay(words, untilOn) });
  return fromOn > today ? `${words.t('agreement.from', { day: calendarDay(words, fromOn) })} ${until}` : until;
};

const agreementsOf = (
  words: OwnerWords,
  { warranty, contract, today }: OwnerMachine['agreements'],
): Html => html`<section>
<h2>${words.t('machine.agreements')}</h2>
${
  warranty || contract
    ? html`<ul class="waiting">
${
  warranty
    ? html`<li><b>${words.t('agreement.warranty')}</b> <span>${spanOf(words, warranty, today)} ${coversOf(words, warranty.covers)}</span>
${warranty.terms === '' ? null : html`<span class="soft">${warranty.terms}</span>`}</li>`
    : null
}
${
  contract
    ? html`<li><b>${words.t('agreement.contract', { number: contract.number })}</b> <span>${spanOf(words, contract, today)} ${coversOf(words, contract.covers)}</span>
<span>${agreementPrice(words, contract)}</span>
${contract.terms === '' ? null : html`<span class="soft">${contract.terms}</span>`}</li>`
    : null
}</ul>`
    : html`<p>${words.t('machine.agreementsNone')}</p>`
}
</section>`;

/** One machine: how it is, who comes, what was done, and the way to get help. */
export const machinePage = (frame: OwnerFrame, view: OwnerMachine): string => {
  const { machine, healthGrade, knownAt, components, cases, picture } = view;
  return ownerPage(frame, {
    title: machine.tag,
    body: (words) => html`<header>
<p class="no-print"><a href="${inLanguage('/owner/', words.language)}">← ${words.t('machines.back')}</a></p>
<h1><span class="nowrap">${machine.tag}</span></h1>
<p class="soft">${words.own(machine.modelName)} · ${machine.site?.name ?? '–'}</p>
<p class="soft">${words.t('machine.serial', { serial: machine.serialNumber })}</p>
${machinePicture(words, machine, picture && { ...picture, url: documentUrl(machine, picture) })}</header>
<section><h2>${words.t('machine.now')}</h2>
<p>${gradeOf(words, healthGrade)}</p>
<p>${words.t(`health.say.${healthGrade}`)}</p>
${knownAt === null ? null : html`<p class="small soft">${words.t('health.since', { day: words.day(Date.parse(knownAt), machine.timeZone) })}</p>`}
${
  components.length === 0
    ? null
    : html`<h3>${words.t('machine.parts')}</h3><ul class="waiting">${components.map(
        ({ name, healthGrade: grade }) => html`<li><span>${words.own(name)}</span> ${gradeOf(words, grade)}</li>`,
      )}</ul>`
}
</section>
${visitsOf(words, view)}
${historyOf(words, view)}
${agreementsOf(words, view.agreements)}
${documentsOf(words, view)}
${caseList(words, cases)}
<section class="no-print"><h2>${words.t('machine.help')}</h2>
<p><a class="button" href="${inLanguage(`/owner/write?machine=${machine.machineId}`, words.language)}">${words.t('machine.report')}</a></p>
<p><a href="${inLanguage(`/owner/machines/${machine.machineId}/data`, words.language)}">${words.t('machine.data')}</a></p>
<p><a href="/label/${machine.machineId}">${words.t('machine.label')}</a></p></section>`,
  });
};
