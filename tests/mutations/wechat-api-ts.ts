import type { Mutation } from './mutation.ts'

/** Guards of the WeChat client and codec. */
export const clientGuards: readonly Mutation[] = [
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
    find: "if read and type(value) == 'table' and value.token == ARGV[1] then",
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
]
