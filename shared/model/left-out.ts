import { type Static, Type } from 'typebox';
import { closed, type Language, oneOf } from './base.ts';
import { createCatalogueWords } from './catalogue.ts';

/** Why a training did without something that the fleet or the methods would allow. */
export const leftOutCodes = [
  'FAILURES_TOO_FEW',
  'TRENDS_UNJUDGED',
  'ONE_MACHINE_FAILED',
  'HORIZONS_UNWATCHED',
  'WORK_REDUCED',
  'FAMILIES_NOT_COMPARED',
  'TREES_CUT',
  'METHOD_LATE',
  'NO_PAST_LIFE',
  'NO_LIFE_LAW',
  'NO_TEACHER',
  'UNIT_CHANGED',
  'UNIT_CHANGES_MORE',
  'NO_DATA_LICENCE',
] as const;
type LeftOutCode = (typeof leftOutCodes)[number];

/** What a training left out: a code with its facts, told in words by `leftOutText`. */
export const LeftOut = Type.Object(
  {
    code: oneOf(leftOutCodes),
    /** The component that it is about, where it is about one. */
    component: Type.Optional(Type.String()),
    facts: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()])),
  },
  closed,
);
export type LeftOut = Static<typeof LeftOut>;

type Texts = Readonly<Record<LeftOutCode, string>>;

const english: Texts = {
  FAILURES_TOO_FEW:
    '{failures, plural, one {# failure} other {# failures}} on {machines, plural, one {# machine} other {# machines}}, at least {least} are needed',
  TRENDS_UNJUDGED:
    '{failures, plural, one {# failure} other {# failures}} so far, at least {least} are needed; until then trends are followed to given thresholds, or to the level at past failures, unjudged',
  ONE_MACHINE_FAILED: 'one machine had all failures; judged life by life, which says nothing of other machines',
  HORIZONS_UNWATCHED:
    'the risk of failure within {horizons} could not be learnt: no machine was watched for so long afterwards',
  WORK_REDUCED:
    'the time allowed {rowsPercent} % of the readings and {treesPercent} % of the learning: with more time forecasts may be more exact',
  FAMILIES_NOT_COMPARED: 'no time was left to try which kinds of readings serve best',
  TREES_CUT: 'the time ended before learning was complete',
  METHOD_LATE:
    'no time was left {method, select, network {to teach a neural network} trend {to follow trends} law {to learn a law of lives by age} other {to compare with past lives}}',
  NO_PAST_LIFE: 'no past life to compare with: none that failed was watched for a while',
  NO_LIFE_LAW: 'too few failures for a law of lives by age',
  NO_TEACHER: 'no neural network: this installation cannot teach one',
  UNIT_CHANGED:
    'machine {machine}: from t {t} on {point} stands at {scale} times its former value{shift, select, 0 {} other { plus {shift}}}, as if its unit had changed; readings {side, select, later {from then on} other {before}} were not learnt from',
  UNIT_CHANGES_MORE: 'and {count} more steps like these',
  NO_DATA_LICENCE:
    '{count, plural, one {# machine} other {# machines}} whose owner has not licensed the data for training (Data Act Article 4(13))',
};

const finnish: Texts = {
  FAILURES_TOO_FEW:
    '{failures, plural, one {# vikaantuminen} other {# vikaantumista}}, {machines, plural, one {# kone} other {# konetta}}; tarvitaan vähintään {least}',
  TRENDS_UNJUDGED:
    '{failures, plural, one {# vikaantuminen} other {# vikaantumista}} tähän mennessä, tarvitaan vähintään {least}; siihen asti seurataan suuntia annettuihin rajoihin tai aiempien vikaantumisten tasoon, eikä osuvuutta voi arvioida',
  ONE_MACHINE_FAILED:
    'kaikki vikaantumiset olivat samassa koneessa; arvioitu käyttöikä kerrallaan, mikä ei kerro muista koneista',
  HORIZONS_UNWATCHED:
    'vikaantumisen riskiä ajalle {horizons} ei voitu oppia: yhtäkään konetta ei ole seurattu niin pitkään',
  WORK_REDUCED:
    'aika riitti {rowsPercent} prosenttiin lukemista ja {treesPercent} prosenttiin oppimisesta: pidemmässä ajassa ennusteet voivat tarkentua',
  FAMILIES_NOT_COMPARED: 'aika ei riittänyt kokeilemaan, millaisista lukemista on eniten hyötyä',
  TREES_CUT: 'aika loppui ennen kuin oppiminen oli valmis',
  METHOD_LATE:
    'aika ei riittänyt {method, select, network {neuroverkon opettamiseen} trend {suuntien seuraamiseen} law {kestoiän oppimiseen iän mukaan} other {vertailuun aiempiin käyttöikiin}}',
  NO_PAST_LIFE: 'ei vertailtavaa aiempaa käyttöikää: yhtäkään vikaantunutta ei seurattu tarpeeksi kauan',
  NO_LIFE_LAW: 'liian vähän vikaantumisia, jotta kestoikä iän mukaan voitaisiin oppia',
  NO_TEACHER: 'ei neuroverkkoa: tässä asennuksessa sitä ei voi opettaa',
  UNIT_CHANGED:
    'kone {machine}: hetkestä {t} alkaen {point} on {scale} kertaa entinen arvonsa{shift, select, 0 {} other { plus {shift}}}, aivan kuin yksikkö olisi vaihtunut; {side, select, later {sen jälkeisistä} other {sitä edeltävistä}} lukemista ei opittu',
  UNIT_CHANGES_MORE: 'ja {count} muuta samanlaista hyppäystä',
  NO_DATA_LICENCE:
    '{count, plural, one {# kone} other {# konetta}}, joiden omistaja ei ole antanut lupaa käyttää dataa opetukseen (data-asetuksen 4 artiklan 13 kohta)',
};

const swedish: Texts = {
  FAILURES_TOO_FEW:
    '{failures, plural, one {# felhändelse} other {# felhändelser}} på {machines, plural, one {# maskin} other {# maskiner}}, minst {least} behövs',
  TRENDS_UNJUDGED:
    '{failures, plural, one {# felhändelse} other {# felhändelser}} hittills, minst {least} behövs; till dess följs trender mot givna gränser eller mot nivån vid tidigare felhändelser, utan att kunna bedömas',
  ONE_MACHINE_FAILED:
    'en maskin hade alla felhändelser; bedömt livslängd för livslängd, vilket inte säger något om andra maskiner',
  HORIZONS_UNWATCHED: 'felrisken inom {horizons} kunde inte läras: ingen maskin har följts så länge',
  WORK_REDUCED:
    'tiden räckte till {rowsPercent} % av mätvärdena och {treesPercent} % av inlärningen: med mer tid kan prognoserna bli noggrannare',
  FAMILIES_NOT_COMPARED: 'tiden räckte inte till att pröva vilka slags mätvärden som ger mest',
  TREES_CUT: 'tiden tog slut innan inlärningen var klar',
  METHOD_LATE:
    'tiden räckte inte till {method, select, network {att lära ett neuralt nät} trend {att följa trender} law {att lära en livslängdslag} other {att jämföra med tidigare livslängder}}',
  NO_PAST_LIFE: 'ingen tidigare livslängd att jämföra med: ingen som felade följdes tillräckligt länge',
  NO_LIFE_LAW: 'för få felhändelser för en livslängdslag efter ålder',
  NO_TEACHER: 'inget neuralt nät: den här installationen kan inte lära upp ett',
  UNIT_CHANGED:
    'maskin {machine}: från t {t} är {point} {scale} gånger sitt tidigare värde{shift, select, 0 {} other { plus {shift}}}, som om enheten hade bytts; mätvärden {side, select, later {därefter} other {dessförinnan}} användes inte',
  UNIT_CHANGES_MORE: 'och {count} likadana steg till',
  NO_DATA_LICENCE:
    '{count, plural, one {# maskin} other {# maskiner}} vars ägare inte har licensierat sina data för inlärning (dataförordningen, artikel 4.13)',
};

const texts: Readonly<Record<Language, Texts>> = { en: english, fi: finnish, sv: swedish };

/** What was left out as a sentence without its component. */
export const leftOutText = (language: Language, { code, facts }: LeftOut): string =>
  createCatalogueWords<LeftOutCode>(language, texts[language]).t(code, facts);

/** The sentence behind its component, in English: for the command line and for faults. */
export const leftOutLine = (one: LeftOut): string =>
  one.component === undefined ? leftOutText('en', one) : `${one.component}: ${leftOutText('en', one)}`;
