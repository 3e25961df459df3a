/** Characters of the GSM 7-bit alphabet and of its extension, which take two places. Source: 3GPP TS 23.038, 6.2.1. */
const basic = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
);
const extension = new Set('^{}\\[~]|€');

/** Places of a text message in 7-bit characters; undefined when it has others. */
const septetsOf = (text: string): number | undefined => {
  let count = 0;
  for (const sign of text) {
    if (basic.has(sign)) count += 1;
    else if (extension.has(sign)) count += 2;
    else return undefined;
  }
  return count;
};

/** How many text messages a text is sent as: joined ones lose places to their header (3GPP TS 23.040, 9.2.3.24). */
export const segmentsOf = (text: string): number => {
  const septets = septetsOf(text);
  const [size, single, joined] = septets === undefined ? [text.length, 70, 67] : [septets, 160, 153];
  return size <= single ? 1 : Math.ceil(size / joined);
};

const plain: readonly (readonly [RegExp, string])[] = [
  [/[\u00a0\u202f\u2009]/g, ' '],
  [/\u2060/g, ''],
  [/[\u2010-\u2015\u2212]/g, '-'],
  [/[\u2018\u2019]/g, "'"],
  [/[\u201c\u201d]/g, '"'],
  [/\u2026/g, '...'],
];

/** The text in 7-bit characters: typography made plain, accents that the alphabet lacks left off, the rest as `?`. */
export const gsmText = (text: string): string => {
  const simple = plain.reduce((so, [from, to]) => so.replace(from, to), text.normalize('NFC'));
  return [...simple]
    .map((sign) => {
      if (septetsOf(sign) !== undefined) return sign;
      const bare = [...sign.normalize('NFD')][0] as string;
      return septetsOf(bare) === undefined ? '?' : bare;
    })
    .join('');
};

/** Cuts a name so that the text made with it takes at most `segments` messages. */
export const fitted = (make: (name: string) => string, name: string, segments: number): string => {
  const signs = [...name];
  for (let length = signs.length; length > 0; length--) {
    const text = make(length === signs.length ? name : `${signs.slice(0, length).join('')}.`);
    if (segmentsOf(text) <= segments) return text;
  }
  return make('');
};
