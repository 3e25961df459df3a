import { execFileSync, spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import manifest from '../../package.json' with { type: 'json' };

const root = resolve(import.meta.dirname, '../..');

/** What is released, and the workspaces whose packages it carries: installed beside it or built into it. */
export const products = {
  // Agent and simulator come along for `kuluma demo`.
  'kuluma-cloud': ['@kuluma/cloud', '@kuluma/web', '@kuluma/edge', '@kuluma/firmware-sim', '@kuluma/shared'],
  'kuluma-edge': ['@kuluma/edge', '@kuluma/shared'],
} as const;
export type Product = keyof typeof products;

export interface Component {
  readonly name: string;
  readonly group?: string;
  readonly version: string;
  readonly purl: string;
  readonly licenses?: readonly ({ license: { id?: string; name?: string } } | { expression: string })[];
  readonly hashes?: readonly { alg: string; content: string }[];
  readonly 'bom-ref'?: string;
  readonly properties?: readonly { name: string; value: string }[];
}
export interface BillOfMaterials {
  readonly metadata: { component: Record<string, unknown> };
  readonly components: readonly Component[];
  readonly dependencies?: readonly { ref: string; dependsOn?: readonly string[] }[];
}

const workspaceArguments = (product: Product) => products[product].flatMap((name) => ['--workspace', name]);

/** npm's mark of what nothing but tools of developers needs. */
const isOfDevelopers = ({ properties = [] }: Component): boolean =>
  properties.some(({ name, value }) => name === 'cdx:npm:package:development' && value === 'true');

/** By that mark: `--omit dev` leaves out also what a release carries, where the tests of the checkout name it too. */
const withoutDevelopers = (bill: BillOfMaterials): BillOfMaterials => {
  const gone = new Set(bill.components.filter(isOfDevelopers).map((each) => each['bom-ref']));
  const stays = (ref: string): boolean => !gone.has(ref);
  const { dependencies = [] } = bill;
  return {
    ...bill,
    components: bill.components.filter((each) => !isOfDevelopers(each)),
    dependencies: dependencies
      .filter(({ ref }) => stays(ref))
      .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter(stays) })),
  };
};

/**
 * The bill of materials of one product: CycloneDX 1.5 as `npm sbom` writes it, of exactly what the lock
 * file names (for each kind of machine its own binaries), without what only developers need.
 */
export const billOfMaterials = (product: Product): BillOfMaterials => {
  const args = ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only', ...workspaceArguments(product)];
  const said = execFileSync('npm', args, {
    ...{ cwd: root, encoding: 'utf8', maxBuffer: 1 << 26 },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const bill = withoutDevelopers(JSON.parse(said) as BillOfMaterials);
  // npm names the folder of the checkout; whoever gets the bill knows the product.
  const component = {
    ...bill.metadata.component,
    type: 'application',
    name: product,
    version: manifest.version,
    'bom-ref': `${product}@${manifest.version}`,
    purl: `pkg:generic/${product}@${manifest.version}`,
  };
  const before = bill.metadata.component['bom-ref'];
  return JSON.parse(JSON.stringify({ ...bill, metadata: { ...bill.metadata, component } }), (key, value) =>
    key === 'ref' && value === before ? component['bom-ref'] : value,
  ) as BillOfMaterials;
};

export interface Advisory {
  readonly id: string;
  readonly package: string;
  readonly severity: string;
  readonly title: string;
}

interface AuditReport {
  vulnerabilities?: Record<
    string,
    { via: (string | { url: string; name: string; severity: string; title: string })[] }
  >;
}

/** Advisories on what is released, by the registry; undefined where its endpoint does not answer. */
export const advisories = (): readonly Advisory[] | undefined => {
  const { stdout } = spawnSync('npm', ['audit', '--json', '--omit', 'dev'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  const { vulnerabilities } = JSON.parse(stdout || '{}') as AuditReport;
  if (vulnerabilities === undefined) return undefined;
  return Object.values(vulnerabilities)
    .flatMap(({ via }) => via)
    .filter((cause) => typeof cause !== 'string')
    .map(({ url, name, severity, title }) => ({ id: url.split('/').at(-1) ?? url, package: name, severity, title }));
};
