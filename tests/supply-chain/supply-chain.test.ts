import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import cloud from '@kuluma/cloud/package.json' with { type: 'json' };
import edge from '@kuluma/edge/package.json' with { type: 'json' };
import { describe, expect, it } from 'vitest';
import allowed from './allowed.json' with { type: 'json' };
import {
  advisories,
  type BillOfMaterials,
  billOfMaterials,
  type Component,
  type Product,
  products,
} from './bill-of-materials.ts';
import { type Allowed, reasonsAgainst } from './gate.ts';

const named = Object.keys(products) as Product[];
const bills = named.map(billOfMaterials);
const known = advisories();

describe('what a release carries', () => {
  it.each(named)('is listed for %s as CycloneDX 1.5, by the strict schema', async (product) => {
    const bill = bills[named.indexOf(product)];
    const faults = await new Validation.JsonStrictValidator(Spec.Version.v1dot5).validate(JSON.stringify(bill));
    expect(faults).toBeNull();
    expect(bill?.metadata.component).toMatchObject({ name: product, type: 'application' });
  });

  it('names what is built into the pages and the agent too', () => {
    const names = bills.map((bill) => bill.components.map(({ purl }) => purl));
    expect(names[0]).toContainEqual(expect.stringMatching(/^pkg:npm\/react@/));
    expect(names[1]).toContainEqual(expect.stringMatching(/^pkg:npm\/typebox@/));
    for (const developers of ['vitest', 'vite', 'modbus-serial'])
      expect(names.flat()).not.toContainEqual(expect.stringMatching(`^pkg:npm/${developers}@`));
  });

  it('names all that a workspace asks for, also where the checkout asks for it too', () => {
    const asked = { 'kuluma-cloud': cloud.dependencies, 'kuluma-edge': edge.dependencies };
    for (const product of named) {
      const purls = bills[named.indexOf(product)]?.components.map(({ purl }) => decodeURIComponent(purl));
      for (const [name, version] of Object.entries(asked[product]))
        expect(purls).toContain(`pkg:npm/${name}@${version}`);
    }
  });

  it('has licences that somebody looked at, and is bound by hashes', () => {
    expect(reasonsAgainst(bills, [], allowed, Date.now())).toEqual([]);
  });

  it.skipIf(known === undefined)(
    `has no known weakness that nobody looked at${known ? '' : ' [skipped: the registry answers no audit]'}`,
    () => {
      expect(reasonsAgainst([], known ?? [], { ...allowed, packages: [] }, Date.now())).toEqual([]);
    },
  );
});

describe('the gate', () => {
  const now = Date.parse('2026-11-23T08:00:00Z');
  const part = (name: string, licence: Component['licenses'], hashes = [{ alg: 'SHA-512', content: 'ab' }]) => ({
    name,
    version: '1.0.0',
    purl: `pkg:npm/${name}@1.0.0`,
    ...(licence && { licenses: licence }),
    hashes,
  });
  const bill = (...components: Component[]): BillOfMaterials => ({ metadata: { component: {} }, components });
  const list: Allowed = { licences: ['MIT', 'ISC'], packages: [], advisories: [] };
  const gpl = part('copyleft', [{ license: { id: 'GPL-3.0-only' } }]);
  const entry = { name: 'copyleft', licence: 'GPL-3.0-only', reason: 'for the test', until: '2026-12-31' };

  it('stops a licence that is not on the list, one that is not stated, and one of several', () => {
    const parts = [gpl, part('silent', undefined), part('both', [{ expression: 'MIT AND GPL-3.0-only' }])];
    expect(reasonsAgainst([bill(...parts)], [], list, now)).toEqual([
      'pkg:npm/copyleft@1.0.0: licence GPL-3.0-only',
      'pkg:npm/silent@1.0.0: licence not stated',
      'pkg:npm/both@1.0.0: licence MIT AND GPL-3.0-only',
    ]);
    expect(reasonsAgainst([bill(part('fine', [{ expression: 'MIT AND ISC' }]))], [], list, now)).toEqual([]);
  });

  it('lets through what a person allowed, until the day they named, for the licence they saw', () => {
    const with1 = (one: typeof entry) => reasonsAgainst([bill(gpl)], [], { ...list, packages: [one] }, now);
    expect(with1(entry)).toEqual([]);
    expect(with1({ ...entry, until: '2026-11-22' })).toEqual(['the entry of copyleft ended on 2026-11-22: look again']);
    expect(with1({ ...entry, licence: 'MIT' })).toEqual(['pkg:npm/copyleft@1.0.0: licence GPL-3.0-only']);
    expect(with1({ ...entry, name: 'gone' })).toHaveLength(2);
  });

  it('stops a package that the lock file does not bind to its content', () => {
    const loose = part('loose', [{ license: { id: 'MIT' } }], []);
    expect(reasonsAgainst([bill(loose)], [], list, now)).toEqual(['pkg:npm/loose@1.0.0: not bound by a hash']);
  });

  it('stops a known weakness until a person says why it does not matter here', () => {
    const weakness = { id: 'GHSA-aaaa-bbbb-cccc', package: 'fine', severity: 'high', title: 'a hole' };
    const said = { id: weakness.id, reason: 'the call is not used', until: '2026-12-31' };
    expect(reasonsAgainst([], [weakness], list, now)).toEqual(['fine: high, a hole (GHSA-aaaa-bbbb-cccc)']);
    expect(reasonsAgainst([], [weakness], { ...list, advisories: [said] }, now)).toEqual([]);
  });
});
