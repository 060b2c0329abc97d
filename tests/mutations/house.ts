import type { Mutation } from './mutation.ts'

/** Guards of the other rooms and of the kernel. */
export const houseGuards: readonly Mutation[] = [
  {
    guard: 'one open ticket per person',
    file: 'server/modules/tickets/service/open.ts',
    find: 'openKey: openKeyOf(writer),',
    replace: 'openKey: newId(),',
    test: 'tests/modules/tickets/story.test.ts',
    name: 'further messages of the same person',
  },
  {
    guard: 'an answer is written once',
    file: 'server/modules/tickets/service/answer.ts',
    find: 'const sourceKey = `staff:${ticket.id}:${key}`',
    replace: 'const sourceKey = newId() + key.slice(0, 0)',
    test: 'tests/modules/tickets/story.test.ts',
    name: 'the same answer sent twice',
  },
  {
    guard: 'a stopped campaign withdraws what is planned',
    file: 'server/modules/campaigns/service/index.ts',
    find: "await wechat.withdraw(tx, groupOf(id), 'stopped', now)",
    replace: 'groupOf(String(now))',
    test: 'tests/modules/campaigns/hold.test.ts',
    name: 'stopped in the middle',
  },
  {
    guard: 'the audience is within the stores of who made it',
    file: 'server/modules/segments/service/compile.ts',
    find: "scopeWhere(scope, 'm.homeStoreCode'), ",
    replace: '',
    test: 'tests/modules/segments/saved.test.ts',
    name: 'a store’s marketer sees',
  },
  {
    guard: 'a bad row never gets lost on the short way',
    file: 'server/modules/erp/service/whole.ts',
    find: 'if (!parsed.ok) return null',
    replace: 'if (!parsed.ok) continue',
    test: 'tests/modules/erp/small-files.test.ts',
    name: 'a file with a bad row',
  },
  {
    guard: 'of two who tell a new receipt at once the second looks again',
    file: 'server/modules/sales/repository/documents.ts',
    find: "await insertRows(tx, 'sales_document', COLUMNS, headerRows(documents))",
    replace:
      "await insertRows(tx, 'sales_document', COLUMNS, headerRows(documents), { update: ['contentHash', 'revision'] })",
    test: 'tests/modules/sales/any-order.test.ts',
    name: 'the till and two files',
  },
  {
    guard: 'a file that says more than came makes its day different',
    file: 'server/modules/sales/service/arrival.ts',
    find: '|| trailer?.agrees === false',
    replace: '',
    test: 'tests/modules/erp/trailer.test.ts',
    name: 'a trailer that says more than came',
  },
  {
    guard: 'a saved view is changed by its owner only',
    file: 'server/modules/staff/repository/views.ts',
    find: ".where('id', '=', id)\n          .where('staffId', '=', staffId)\n          .executeTakeFirstOrThrow(),",
    replace:
      ".where('id', '=', id)\n          .where('staffId', '<>', staffId.slice(26))\n          .executeTakeFirstOrThrow(),",
    test: 'tests/modules/staff/views.test.ts',
    name: 'is one’s own',
  },
  {
    guard: 'two windows do not keep more views than a person may',
    file: 'server/modules/staff/service/views.ts',
    find: 'await views.holdOwner(caller.staffId)',
    replace: 'await Promise.resolve()',
    test: 'tests/modules/staff/views.test.ts',
    name: 'so many of them and no more',
  },
  {
    guard: 'views are shared by who sees every store',
    file: 'server/modules/staff/service/views.ts',
    find: "if (caller.scope.kind !== 'all') throw viewErrors.shareWholeChain()",
    replace: '',
    test: 'tests/modules/staff/views.test.ts',
    name: 'is shared by headquarters only',
  },
]
