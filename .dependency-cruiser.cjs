/** The walls of the house: who may import whom (docs/architecture.md). tests/architecture.test.ts plants a violation of each. */
const own = '^(shared|edge|cloud|firmware-sim|tests|bench)/';
const tests = '\\.test\\.tsx?$';

/** Forbids what `from` reaches among `to`, test files aside. */
const wall = (name, comment, from, to) => ({
  name,
  comment,
  severity: 'error',
  from: { pathNot: tests, ...from },
  to,
});

module.exports = {
  forbidden: [
    wall('no-circles', 'Two files that need each other are one idea or a wrong cut.', {}, { circular: true }),
    wall(
      'shared-ground-is-lowest',
      'model, wire, signal, errors and clock import nothing of ours but themselves.',
      { path: '^shared/(model|wire|signal)/|^shared/[^/]+\\.ts$' },
      { path: own, pathNot: '^shared/(model|wire|signal)/|^shared/[^/]+\\.ts$' },
    ),
    wall(
      'core-is-pure',
      'Core knows no clock, disk or net.',
      { path: '^(edge|cloud)/core/' },
      { dependencyTypes: ['core'] },
    ),
    wall(
      'core-imports-core',
      "Core imports shared ground and its own side's core only.",
      { path: '^(edge|cloud)/core/' },
      { path: own, pathNot: ['^shared/(model|wire|signal)/|^shared/[^/]+\\.ts$', '^$1/core/'] },
    ),
    wall(
      'core-takes-no-io-package',
      'Packages that touch disk, net or a database stay outside core.',
      { path: '^(edge|cloud)/core/' },
      {
        path: 'node_modules/(fastify|@fastify|mqtt|aedes|pg|@electric-sql|@duckdb|@influxdata|modbus-serial|serialport|pino|node-cron|yaml|csv-parse|commander)',
      },
    ),
    wall(
      'ports-hold-types',
      'A port is a contract.',
      { path: '[/-]ports\\.ts$' },
      { path: own, dependencyTypesNot: ['type-only'] },
    ),
    wall('edge-and-cloud-are-apart', 'They meet on the wire.', { path: '^edge/' }, { path: '^(cloud|firmware-sim)/' }),
    wall('cloud-and-edge-are-apart', 'They meet on the wire.', { path: '^cloud/' }, { path: '^(edge|firmware-sim)/' }),
    wall(
      'simulator-speaks-protocols',
      'It imports shared only.',
      { path: '^firmware-sim/' },
      { path: '^(edge|cloud)/' },
    ),
    wall(
      'rims-are-siblings',
      'An adapter, source or uplink never imports another, nor what wires them.',
      { path: '^(edge/(?:sources|outbox|uplink)|cloud/adapters)/([^/]+)' },
      {
        path: '^(edge/(sources|outbox|uplink|agent)|cloud/(adapters|pipelines|http|main|service|commands))',
        pathNot: ['^$1/$2', '^edge/sources/[^/]+\\.ts$', '^cloud/adapters/[^/]+\\.ts$'],
      },
    ),
    wall(
      'pipelines-know-ports',
      'A pipeline works on any adapter.',
      { path: '^cloud/pipelines/' },
      { path: '^cloud/(adapters|http|web|commands|main|service)' },
    ),
    wall(
      'http-knows-ports',
      'Routes call pipelines and ports.',
      { path: '^cloud/http/' },
      { path: '^cloud/(adapters|web|commands|main|service)' },
    ),
    wall(
      'pages-talk-http',
      'A page knows the model and the parts it is made of, nothing of the server.',
      { path: '^cloud/web/' },
      { path: own, pathNot: ['^cloud/web/', '^shared/model/', '^shared/errors\\.ts$'] },
    ),
    wall('nobody-imports-main', 'main wires one side together.', {}, { path: '^(edge|cloud|firmware-sim)/main\\.ts$' }),
    wall(
      'node-kit-stays-out-of-core',
      'shared/node and shared/log touch the system.',
      { path: '^((edge|cloud)/core|cloud/web)/' },
      { path: '^shared/(node|log)/' },
    ),
    ...[
      ['condition', 'forecast|recommendations|planning|offers|visits|outcomes'],
      ['forecast', 'recommendations|planning|offers|visits|outcomes'],
      ['recommendations', 'planning|offers|visits|outcomes'],
      ['planning', 'offers|visits|outcomes'],
      ['offers', 'visits|outcomes'],
      ['visits', 'outcomes'],
    ].map(([stage, later]) =>
      wall(
        `${stage}-comes-first`,
        'A stage imports earlier stages only.',
        { path: `^cloud/core/${stage}/` },
        { path: `^cloud/core/(${later})/` },
      ),
    ),
    wall(
      'beside-the-chain',
      'messages, cases, access, stock, audit, measures and imports serve pipelines and http.',
      { path: '^cloud/core/(condition|forecast|recommendations|planning|offers|visits|outcomes)/' },
      { path: '^cloud/core/(messages|cases|access|stock|audit|measures|imports)/' },
    ),
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: 'specify',
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|\\.tsbuild|fixtures)/' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.js'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
    },
  },
};
