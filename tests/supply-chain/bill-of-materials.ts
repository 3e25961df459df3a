import { execFileSync, spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import manifest from '../../package.json' with { type: 'json' };

const root = resolve(import.meta.dirname, '../..');

/** What is released, and the workspaces whose packages it carries: installed beside it or built into it. */
export const products = {
  'kuluma-cloud': ['@kuluma/cloud', '@kuluma/web', '@kuluma/shared'],
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
}
export interface BillOfMaterials {
  readonly metadata: { component: Record<string, unknown> };
  readonly components: readonly Component[];
}

const workspaceArguments = (product: Product) => products[product].flatMap((name) => ['--workspace', name]);

/**
 * The bill of materials of one product: CycloneDX 1.5 as `npm sbom` writes it, of exactly what the lock file names and
 * without what only developers need.
 */
export const billOfMaterials = (product: Product): BillOfMaterials => {
  const args = ['sbom', '--sbom-format', 'cyclonedx', '--omit', 'dev', ...workspaceArguments(product)];
  const bill = JSON.parse(
    execFileSync('npm', args, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 26, stdio: ['ignore', 'pipe', 'ignore'] }),
  ) as BillOfMaterials;
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
