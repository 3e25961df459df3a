import type { Advisory, BillOfMaterials, Component } from './bill-of-materials.ts';

/** What a person looked at and let through, with the reason, until when (a day, ISO 8601) they want to look again. */
export interface Allowed {
  readonly licences: readonly string[];
  readonly packages: readonly { name: string; licence: string; reason: string; until: string }[];
  readonly advisories: readonly { id: string; reason: string; until: string }[];
}

const fullName = ({ group, name, purl }: Component): string =>
  decodeURIComponent(/^pkg:npm\/(.+)@/.exec(purl)?.[1] ?? (group ? `${group}/${name}` : name));

/** As one expression of SPDX; several entries hold together. */
const licenceOf = ({ licenses = [] }: Component): string =>
  licenses
    .map((entry) => ('expression' in entry ? entry.expression : (entry.license.id ?? entry.license.name ?? '')))
    .join(' AND ');

/**
 * Why a release must not leave: one sentence for each package whose licence nobody let through, or that the lock file
 * does not bind to its content by a hash, each known weakness nobody let through, and each entry of the list that is
 * over or that nothing needs any more. Only licences of the list, also joined by AND, pass without an entry.
 */
export const reasonsAgainst = (
  bills: readonly BillOfMaterials[],
  known: readonly Advisory[],
  allowed: Allowed,
  now: number,
): string[] => {
  const components = new Map(bills.flatMap((bill) => bill.components).map((each) => [each.purl, each]));
  const released = [...components.values()].filter((each) => !fullName(each).startsWith('@kuluma/'));

  const ofPackages = released.flatMap((each) => {
    const name = fullName(each);
    const licence = licenceOf(each);
    const entry = allowed.packages.find((one) => one.name === name);
    const agrees = entry && (licence === '' || licence === entry.licence);
    const passes = licence !== '' && licence.split(' AND ').every((id) => allowed.licences.includes(id));
    return [
      ...(passes || agrees ? [] : [`${each.purl}: licence ${licence || 'not stated'}`]),
      ...(each.hashes?.some(({ alg }) => alg === 'SHA-512') ? [] : [`${each.purl}: not bound by a hash`]),
    ];
  });
  const ofWeaknesses = known
    .filter(({ id }) => !allowed.advisories.some((entry) => entry.id === id))
    .map((each) => `${each.package}: ${each.severity}, ${each.title} (${each.id})`);
  const over = [...allowed.packages, ...allowed.advisories]
    .filter(({ until }) => now > Date.parse(`${until}T23:59:59Z`))
    .map((entry) => `the entry of ${'id' in entry ? entry.id : entry.name} ended on ${entry.until}: look again`);
  const idle = allowed.packages
    .filter(({ name }) => !released.some((each) => fullName(each) === name))
    .map(({ name }) => `the entry of ${name} is for a package that no release carries`);
  return [...ofPackages, ...ofWeaknesses, ...over, ...idle];
};
