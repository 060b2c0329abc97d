/**
 * Guards whose absence a test must notice. `node tests/support/mutate.ts [word]` takes each one away in a copy of the
 * house and expects its test to fail; a test that still passes proves nothing.
 */
export interface Mutation {
  /** What the guard is for. */
  readonly guard: string
  readonly file: string
  readonly find: string
  readonly replace: string
  readonly test: string
  /** The test that must fail. */
  readonly name: string
}

const wechat = 'server/modules/wechat'

export const mutations: readonly Mutation[] = [
  {
    guard: 'a push is stored once',
    file: `${wechat}/service/callback.ts`,
    find: 'dedupeKey: dedupeKey(message)',
    replace: 'dedupeKey: newId()',
    test: 'tests/modules/wechat/callback.test.ts',
    name: 'a push is stored once',
  },
  {
    guard: 'safe mode takes nothing unsealed',
    file: 'wechat-api-ts/src/callback/codec.ts',
    find: "if (account.mode === 'safe' && mode !== 'aes')",
    replace: 'if (mode === null)',
    test: 'tests/wechat-api-ts/callback.test.ts',
    name: '',
  },
  {
    guard: 'one process at a time asks for a token',
    file: 'wechat-api-ts/src/client/keeper.ts',
    find: 'const fence = await store.lock(key, lockMs)',
    replace: "const fence = await Promise.resolve('mine')",
    test: 'tests/wechat-api-ts/processes.test.ts',
    name: '50 callers in 3 processes',
  },
  {
    guard: 'only the refused token is dropped, not the one that replaced it',
    file: 'wechat-api-ts/src/client/token-stores.ts',
    find: 'if kept and cjson.decode(kept).token == ARGV[1] then',
    replace: 'if kept then',
    test: 'tests/wechat-api-ts/token-stores.test.ts',
    name: 'drops a token only if it is the refused one',
  },
  {
    guard: 'an early renewal that fails leaves the old token in use',
    file: 'wechat-api-ts/src/client/keeper.ts',
    find: 'stored !== null && stored.token !== bad && stored.expiresAt > now()',
    replace: 'stored !== null && stored.token === null',
    test: 'tests/wechat-api-ts/client.test.ts',
    name: 'serve to their end',
  },
  {
    guard: 'nobody learns whether a frame could be opened',
    file: 'wechat-api-ts/src/callback/codec.ts',
    find: "throw new CallbackError('malformedInside')",
    replace: "throw new CallbackError('malformed')",
    test: 'tests/wechat-api-ts/replies.test.ts',
    name: 'every change of a frame is refused alike',
  },
  {
    guard: 'a redirect does not carry the token away',
    file: 'wechat-api-ts/src/client/transport.ts',
    find: "redirect: 'manual'",
    replace: "redirect: 'follow'",
    test: 'tests/wechat-api-ts/errors.test.ts',
    name: 'when a redirect',
  },
  {
    guard: 'a call whose fate is open is repeated only where twice is once',
    file: 'wechat-api-ts/src/client/call.ts',
    find: 'repeatable: endpoint.idempotent',
    replace: 'repeatable: true',
    test: 'tests/wechat-api-ts/errors.test.ts',
    name: 'after a broken line only where twice is once',
  },
  {
    guard: 'a payment notice is of this minute',
    file: `${wechat}/service/pay/notices.ts`,
    find: 'if (!(age <= SKEW_MS))',
    replace: 'if (age === -1)',
    test: 'tests/modules/wechat/pay/signed.test.ts',
    name: 'is refused when anything about it is wrong',
  },
  {
    guard: 'a payment notice is for this merchant',
    file: `${wechat}/service/pay/notices.ts`,
    find: 'if (order.mchId !== mchId)',
    replace: "if (order.mchId === '')",
    test: 'tests/modules/wechat/pay/signed.test.ts',
    name: 'is refused when anything about it is wrong',
  },
  {
    guard: 'only what is newer by WeChat’s time counts',
    file: `${wechat}/repository/followers.ts`,
    find: 'values(changedAt) > changedAt or',
    replace: 'true or',
    test: 'tests/modules/wechat/followers.test.ts',
    name: 'follows and unfollows may come in any order',
  },
  {
    guard: 'one message per key',
    file: `${wechat}/service/outbound.ts`,
    find: 'messageKey: message.key,',
    replace: 'messageKey: newId(),',
    test: 'tests/modules/wechat/sending.test.ts',
    name: 'one message per key',
  },
  {
    guard: 'a message is one sender’s only',
    file: `${wechat}/repository/messages.ts`,
    find: "    .where('groupKey', '=', group)\n    .where('state', '=', 'planned')\n    .where('notBefore', '<=', now)",
    replace: "    .where('groupKey', '=', group)\n    .where('notBefore', '<=', now)",
    test: 'tests/modules/wechat/sending.test.ts',
    name: 'ten workers at once',
  },
  {
    guard: 'an unkeyed message of a fallen worker is not repeated',
    file: `${wechat}/repository/messages.ts`,
    find: "    .where('clientMsgId', 'is not', null)\n",
    replace: '',
    test: 'tests/modules/wechat/sending.test.ts',
    name: 'what a fallen worker left',
  },
  {
    guard: 'a broken line is not taken for "not sent"',
    file: `${wechat}/service/send.ts`,
    find: "error.fate === 'unknown' && error.path.includes('/message/')",
    replace: 'false',
    test: 'tests/modules/wechat/sending.test.ts',
    name: 'a broken line',
  },
  {
    guard: 'one accept is one message',
    file: `${wechat}/repository/rights.ts`,
    find: 'if (granted.numInsertedOrUpdatedRows !== 1n) return false',
    replace: '',
    test: 'tests/modules/wechat/mini-program.test.ts',
    name: 'each yes to a pop-up',
  },
  {
    guard: 'marketing takes no template',
    file: `${wechat}/service/rules.ts`,
    find: "purpose === 'service' || MAY_SELL.has(route)",
    replace: 'true',
    test: 'tests/modules/wechat/rules.test.ts',
    name: 'marketing by template',
  },
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
]
