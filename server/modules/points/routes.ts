import type Router from '@koa/router'
import type { Db } from '../../kernel/db.ts'
import { mount } from '../../kernel/http/mount.ts'
import type { MembersApi } from '../members/index.ts'
import { pointsApi } from './contract.ts'
import type { Accounts } from './service/account.ts'
import { explainReceipt } from './service/explain.ts'
import type { Rules } from './service/rules.ts'

/** Operation → service call. */
export function pointsRoutes(
  router: Router,
  db: Db,
  accounts: Accounts,
  rules: Rules,
  members: Pick<MembersApi, 'inReach'>,
): void {
  mount(router, pointsApi, {
    myBalance: (_, caller) => accounts.balance(caller.memberId),
    myEntries: ({ query }, caller) => accounts.entries(caller.memberId, query),
    myReceipt: ({ params }, caller) =>
      explainReceipt(db, params.documentId, { kind: 'member', memberId: caller.memberId }),
    balance: async ({ params }, caller) =>
      accounts.balance((await members.inReach(params.memberId, caller.scope)).memberId),
    entries: async ({ params, query }, caller) =>
      accounts.entries((await members.inReach(params.memberId, caller.scope)).memberId, query),
    receipt: ({ params }, caller) => explainReceipt(db, params.documentId, { kind: 'staff', scope: caller.scope }),
    adjust: ({ params, body }, caller) => accounts.adjust(caller, params.memberId, body),
    rules: () => rules.read(),
    changeRules: ({ body }, caller) => rules.change(caller, body.exclusions),
  })
}
