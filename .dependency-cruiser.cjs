/**
 * Who may call whom, from the bottom up. A module calls its own ring and those below, through their front doors
 * (index, contract, events); events may be listened to from anywhere. tests/architecture.test.ts holds it.
 */
const rings = [
  ['staff', 'wechat', 'erp', 'files', 'brand'],
  ['members'],
  ['catalog'],
  ['sales'],
  ['points', 'tiers', 'coupons', 'rewards', 'till', 'channels'],
  ['segments'],
  ['campaigns'],
  ['tickets'],
]

const modules = names => `^server/modules/(${names.join('|')})/`
const events = '^server/modules/[^/]+/events(\\.ts$|/)'
const frontDoors = '^server/modules/[^/]+/(index|contract|events)(\\.ts$|/)'

const upward = rings.slice(0, -1).map((ring, level) => ({
  name: `${ring.join('-')}-calls-down-only`,
  comment: 'A module never calls upward; it publishes an event and the upper one listens.',
  severity: 'error',
  from: { path: modules(ring) },
  to: { path: modules(rings.slice(level + 1).flat()), pathNot: events },
}))

module.exports = {
  forbidden: [
    ...upward,
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'kernel-knows-no-module',
      severity: 'error',
      from: { path: '^server/kernel/' },
      to: { path: '^(server/(modules/|[^/]+\\.ts$)|jobs/)' },
    },
    {
      name: 'front-doors-between-modules',
      comment: 'Across modules: index, contract and events only.',
      severity: 'error',
      from: { path: '^server/modules/([^/]+)/' },
      to: { path: '^server/modules/(?!$1/)[^/]+/', pathNot: frontDoors },
    },
    {
      name: 'front-doors-from-outside',
      severity: 'error',
      from: { path: '^(server/[^/]+\\.ts$|jobs/|scripts/|bench/)' },
      to: { path: '^server/modules/[^/]+/', pathNot: frontDoors },
    },
    {
      name: 'clients-import-contract-types-only',
      comment: 'Of the server, admin and mini-program see the types of contracts; nothing of it reaches a browser.',
      severity: 'error',
      from: { path: '^(admin-web|miniprogram)/src/' },
      to: { path: '^server/', dependencyTypesNot: ['type-only'], pathNot: '^server/kernel/http/client\\.ts$' },
    },
    {
      name: 'clients-see-contracts-only',
      severity: 'error',
      from: { path: '^(admin-web|miniprogram)/src/' },
      to: {
        path: '^server/',
        pathNot: '^server/(modules/[^/]+/contract(\\.ts$|/)|kernel/(http/(client|contract)|page|errors|scope)\\.ts$)',
      },
    },
    {
      name: 'product-does-not-know-its-surroundings',
      comment: 'server and jobs never import the sandbox, the scripts, the tests or a client.',
      severity: 'error',
      from: { path: '^(server|jobs)/' },
      to: { path: '^(sandbox|scripts|bench|tests|admin-web|miniprogram|prisma/seed)/' },
    },
    {
      name: 'sandbox-stands-alone',
      comment:
        'A simulator that shares code with what it checks proves nothing. The table of endpoints is data, not code.',
      severity: 'error',
      from: { path: '^sandbox/' },
      to: {
        path: '^(server|jobs|scripts|tests|wechat-api-ts|admin-web)/',
        pathNot: '^wechat-api-ts/src/endpoints/index\\.ts$',
      },
    },
    {
      name: 'endpoints-are-data',
      comment: 'The table is shared with the simulator: it may know nothing of the client.',
      severity: 'error',
      from: { path: '^wechat-api-ts/src/endpoints/' },
      to: { path: '^wechat-api-ts/src/(?!endpoints/)' },
    },
    {
      name: 'wechat-api-ts-can-be-lifted-out',
      severity: 'error',
      from: { path: '^wechat-api-ts/' },
      to: { path: '^(server|jobs|sandbox|scripts|tests|admin-web|miniprogram)/' },
    },
    {
      name: 'till-client-can-be-lifted-out',
      severity: 'error',
      from: { path: '^till-client/' },
      to: { path: '^(server|jobs|sandbox|scripts|tests|admin-web|miniprogram|wechat-api-ts)/' },
    },
    {
      name: 'not-to-unresolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^(virtual:|@/)' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(\\.local|dist)/|^tests/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.vue', '.mjs', '.js'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node'],
    },
  },
}
