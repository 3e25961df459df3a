import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { loadCloudConfig } from '@kuluma/cloud/config.ts';
import { downChannels, topicOf, upChannels } from '@kuluma/shared/model/topics.ts';
import { DCLinter } from 'dclint';
import { validate as faultsOfDockerfile } from 'dockerfile-utils';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';

const root = resolve(import.meta.dirname, '../..');
const packaging = join(root, 'packaging');
const textOf = (file: string) => readFileSync(join(packaging, file), 'utf8');

interface Service {
  readonly image: string;
  readonly read_only?: boolean;
  readonly tmpfs?: readonly string[];
  readonly mem_limit?: string;
  readonly stop_grace_period?: string;
  readonly environment?: Record<string, string>;
  readonly volumes?: readonly string[];
}
const compose = parse(textOf('compose/compose.yaml'), { merge: true }) as {
  services: Record<string, Service>;
  volumes: Record<string, null>;
};
const ours = Object.entries(compose.services).filter(([, service]) => service.image.startsWith('kuluma:'));

/** What `docker compose` would put in; each variable has to say where it is explained. */
const filledIn = (environment: Record<string, string>) =>
  Object.fromEntries(
    Object.entries(environment).map(([key, value]) => [
      key,
      value.replaceAll(/\$\{\w+:\?[^}]+\}/g, 'a1b2c3d4e5f6a7b8'),
    ]),
  );

describe('the files for compose', () => {
  it('are valid by the schema of Compose, and open nothing to the outside unsaid', () => {
    const style = ['service-keys-order', 'services-alphabetical-order', 'top-level-properties-order'];
    const linter = new DCLinter({
      rules: Object.fromEntries(style.map((rule) => [rule, 0])),
      quiet: false,
      debug: false,
      exclude: [],
    });
    const results: { messages: unknown[] }[] = linter.lintFiles([join(packaging, 'compose/compose.yaml')], false);
    expect(results.map(({ messages }) => messages)).toEqual([[]]);
  });

  it.each(ours)('configure %s so that the service takes it', (_name, { environment = {} }) => {
    const config = loadCloudConfig({ env: { KULUMA_CLOUD_HTTP__HOST: '0.0.0.0', ...filledIn(environment) } });
    expect(config).toMatchObject({
      records: { kind: 'postgres' },
      timeSeries: { kind: 'influx' },
      mqtt: { kind: 'external' },
    });
  });

  it('give every process a folder of its own and all of them the shared one', () => {
    expect(ours.map(([, { environment }]) => environment?.['KULUMA_CLOUD_ROLE'])).toEqual(
      expect.arrayContaining(['ingest', 'api', 'worker']),
    );
    const own = ours.map(([, { volumes = [] }]) => volumes.find((each) => each.endsWith(':/var/lib/kuluma')));
    expect(new Set(own).size).toBe(ours.length);
    for (const [, { volumes }] of ours) expect(volumes).toContain('shared:/srv/kuluma');
    const named = Object.values(compose.services).flatMap(({ volumes = [] }) =>
      volumes.map((each) => each.split(':')[0] ?? ''),
    );
    expect(new Set(named.filter((name) => !name.startsWith('.')))).toEqual(new Set(Object.keys(compose.volumes)));
  });

  it('let every process write to its volumes alone, and give it time to end and a bound', () => {
    for (const [name, { read_only: isReadOnly, tmpfs, mem_limit: bound, stop_grace_period: grace }] of ours)
      expect([isReadOnly, tmpfs?.length, bound !== undefined, grace], name).toEqual([true, 1, true, '90s']);
  });

  it('let the broker take and give what the documentation says, and no more', () => {
    const rights = textOf('compose/mosquitto/acl').match(/^(pattern|topic|user) .*$/gm) ?? [];
    const said = readFileSync(join(root, 'docs/operate.md'), 'utf8').match(/^(pattern|topic|user) .*$/gm) ?? [];
    expect(rights).toEqual(said);
    for (const channel of upChannels) expect(rights).toContain(`pattern write ${topicOf('+', '%u', channel)}`);
    // Certificates are of gateways at the embedded broker.
    for (const channel of downChannels.filter((each) => each !== 'certificate')) {
      expect(rights).toContain(`pattern read ${topicOf('+', '%u', channel)}`);
      expect(rights).toContain(`topic write ${topicOf('+', '+', channel)}`);
    }
  });
});

it('has a Dockerfile without faults', () => {
  expect(faultsOfDockerfile(textOf('Dockerfile'))).toEqual([]);
  expect(faultsOfDockerfile('FORM debian')).not.toEqual([]);
});

describe('the manifests for Kubernetes', () => {
  interface Manifest {
    readonly apiVersion: string;
    readonly kind: string;
    readonly data?: Record<string, string>;
    readonly metadata: { readonly name: string };
  }
  const manifests = parseAllDocuments(textOf('kubernetes.yaml')).map((document) => document.toJS() as Manifest);

  /** Faults of manifests by the types of the Kubernetes API, which name unknown keys too. */
  const faultsOf = (given: readonly Manifest[]): string[] => {
    const lines = given.map(({ apiVersion, kind, ...rest }, index) => {
      const type = `import('kubernetes-models/${apiVersion}').I${kind}`;
      return `export const m${index}: ${type} = ${JSON.stringify({ apiVersion, kind, ...rest })};`;
    });
    const file = join(import.meta.dirname, 'manifests-as-types.ts');
    const options: ts.CompilerOptions = {
      ...{ noEmit: true, strict: true, skipLibCheck: true, types: [] },
      ...{ module: ts.ModuleKind.NodeNext, target: ts.ScriptTarget.ES2022 },
    };
    const host = ts.createCompilerHost(options);
    const { readFile, fileExists, getSourceFile } = host;
    host.fileExists = (name) => name === file || fileExists(name);
    host.readFile = (name) => (name === file ? lines.join('\n') : readFile(name));
    host.getSourceFile = (name, ...more) =>
      name === file
        ? ts.createSourceFile(name, lines.join('\n'), ts.ScriptTarget.ES2022)
        : getSourceFile(name, ...more);
    const program = ts.createProgram([file], options, host);
    return ts
      .getPreEmitDiagnostics(program)
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
  };

  it('are what the API of Kubernetes takes', () => {
    expect(faultsOf(manifests)).toEqual([]);
    const misspelt = manifests.map(
      (each) => JSON.parse(JSON.stringify(each).replace('"replicas"', '"replica"')) as Manifest,
    );
    expect(faultsOf(misspelt).join()).toContain('replica');
  });

  it('let every process start for as long as it migrates, write to its volumes alone, and be nobody of note', () => {
    interface Container {
      readonly startupProbe?: { readonly periodSeconds: number; readonly failureThreshold: number };
      readonly livenessProbe?: object;
      readonly readinessProbe?: object;
      readonly resources: { readonly limits: { readonly memory?: string } };
      readonly securityContext: object;
      readonly volumeMounts: readonly { readonly mountPath: string }[];
    }
    interface Workload {
      readonly spec: { readonly template: { readonly spec: { containers: Container[]; securityContext: object } } };
    }
    const workloads = manifests.filter(({ kind }) => kind === 'Deployment' || kind === 'StatefulSet');
    expect(workloads).toHaveLength(3);
    for (const { spec } of workloads as unknown as Workload[]) {
      const { containers, securityContext } = spec.template.spec;
      expect(securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
      for (const one of containers) {
        const { periodSeconds = 0, failureThreshold = 0 } = one.startupProbe ?? {};
        expect(periodSeconds * failureThreshold).toBeGreaterThanOrEqual(1800);
        expect([one.livenessProbe, one.readinessProbe, one.resources.limits.memory]).not.toContain(undefined);
        expect(one.securityContext).toMatchObject({ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true });
        expect(one.volumeMounts.map(({ mountPath }) => mountPath)).toContain('/tmp');
      }
    }
  });

  it('configure each role so that the service takes it', () => {
    const file = manifests.find(({ kind }) => kind === 'ConfigMap')?.data?.['kuluma.yaml'] ?? '';
    const secret =
      /```\nkubectl create secret generic kuluma([\s\S]*?)```/.exec(
        readFileSync(join(root, 'docs/operate.md'), 'utf8'),
      )?.[1] ?? '';
    const env = Object.fromEntries(
      [...secret.matchAll(/--from-literal=(\w+)='?([^'\s]+)'?/g)].map(([, key, value]) => [key, value]),
    );
    for (const role of ['ingest', 'api', 'worker'])
      expect(
        loadCloudConfig({
          overrides: parse(file) as Record<string, unknown>,
          env: { ...env, KULUMA_CLOUD_ROLE: role },
        }),
      ).toMatchObject({
        role,
        records: { kind: 'postgres', url: expect.stringContaining('postgres://') },
        mqtt: { kind: 'external', url: expect.stringContaining('mqtts://') },
      });
  });
});
