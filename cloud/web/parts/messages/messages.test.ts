import { IntlMessageFormat } from 'intl-messageformat';
import { describe, expect, it } from 'vitest';
import boardEn from './board/en.json';
import boardFi from './board/fi.json';
import boardSv from './board/sv.json';
import doorEn from './door/en.json';
import doorFi from './door/fi.json';
import doorSv from './door/sv.json';
import en from './en.json';
import fi from './fi.json';
import gatewayEn from './gateway/en.json';
import gatewayFi from './gateway/fi.json';
import gatewaySv from './gateway/sv.json';
import machineEn from './machine/en.json';
import machineFi from './machine/fi.json';
import machineSv from './machine/sv.json';
import phoneEn from './phone/en.json';
import phoneFi from './phone/fi.json';
import phoneSv from './phone/sv.json';
import setUpEn from './set-up/en.json';
import setUpFi from './set-up/fi.json';
import setUpSv from './set-up/sv.json';
import sv from './sv.json';

const rooms = {
  parts: { fi, sv, en },
  board: { fi: boardFi, sv: boardSv, en: boardEn },
  machine: { fi: machineFi, sv: machineSv, en: machineEn },
  gateway: { fi: gatewayFi, sv: gatewaySv, en: gatewayEn },
  door: { fi: doorFi, sv: doorSv, en: doorEn },
  phone: { fi: phoneFi, sv: phoneSv, en: phoneEn },
  setUp: { fi: setUpFi, sv: setUpSv, en: setUpEn },
} as const;
type Catalogue = Record<string, string>;

/** Names of the arguments of a message, wherever they stand in it. */
const argumentsOf = (message: string): string[] => {
  const names = new Set<string>();
  for (const match of message.matchAll(/\{(\w+)(?:, plural|\})/g)) names.add(match[1] ?? '');
  return [...names].sort();
};

describe.each(Object.entries(rooms))('message catalogues of %s', (_, catalogues) => {
  const { fi } = catalogues;

  it.each(['sv', 'en'] as const)('%s has the keys of the Finnish one, in its order', (language) => {
    expect(Object.keys(catalogues[language])).toEqual(Object.keys(fi));
  });

  it.each(['fi', 'sv', 'en'] as const)('%s parses and has no empty message', (language) => {
    for (const [key, message] of Object.entries<string>(catalogues[language])) {
      expect(message.trim(), key).not.toBe('');
      expect(() => new IntlMessageFormat(message, language), key).not.toThrow();
    }
  });

  it.each(['sv', 'en'] as const)('%s takes the same arguments as the Finnish one', (language) => {
    const translated: Catalogue = catalogues[language];
    for (const [key, message] of Object.entries<string>(fi))
      expect(argumentsOf(translated[key] ?? ''), key).toEqual(argumentsOf(message));
  });

  it.each(['fi', 'sv', 'en'] as const)('%s never says tomorrow', (language) => {
    expect(
      Object.values<string>(catalogues[language]).filter((m) => /huomenna|imorgon|i morgon|tomorrow/i.test(m)),
    ).toEqual([]);
  });
});
