import type { Mutation } from './mutation.ts'

/** Guards of members: who they are, and how two become one. */
export const memberGuards: readonly Mutation[] = [
  {
    guard: 'an active member is merged once',
    file: 'server/modules/members/service/merge.ts',
    find: 'if (before?.survivorId === keptId) return viewOf(before)',
    replace: 'void before',
    test: 'tests/modules/members/merge.test.ts',
    name: 'two become one',
  },
  {
    guard: 'what was moved twice cannot be brought back once: who has taken others is kept',
    file: 'server/modules/members/service/merge.ts',
    find: 'if (await mergesRepository(from).hasTaken(old.id)) return membersErrors.mergeKeepOther()',
    replace: '',
    test: 'tests/modules/members/merge.test.ts',
    name: 'who has taken others in is the one to keep',
  },
  {
    guard: 'a debt that one side’s points paid for the other is owed again when the merge is undone',
    file: 'server/modules/points/service/give.ts',
    find: 'const payments = await crossPayments(tx, holder, arrived)',
    replace: 'const payments: Awaited<ReturnType<typeof crossPayments>> = []',
    test: 'tests/modules/members/merge.test.ts',
    name: 'a debt of one that the other’s points paid',
  },
  {
    guard: 'a debt that moves is owed in one place only',
    file: 'server/modules/points/service/books.ts',
    find: 'one.moved += one.open',
    replace: '',
    test: 'tests/modules/members/merge.test.ts',
    name: 'a debt of one that the other’s points paid',
  },
  {
    guard: 'the word of a household is used once',
    file: 'server/modules/members/service/household.ts',
    find: "            .where('codeUntil', '>', now)\n            .forUpdate()",
    replace: "            .where('codeUntil', '>', now)",
    test: 'tests/modules/members/identity.test.ts',
    name: 'a family shares a wallet',
  },
  {
    guard: 'nobody reads the copy of somebody else',
    file: 'server/modules/members/service/requests.ts',
    find: 'if (row === undefined || row.memberId !== memberId) throw membersErrors.noExport()',
    replace: 'if (row === undefined) throw membersErrors.noExport()',
    test: 'tests/modules/members/identity.test.ts',
    name: 'a copy of all that is kept',
  },
]
