import type Router from '@koa/router'
import { mount } from '../../../kernel/http/mount.ts'
import { tillCodesApi } from '../contract/codes-api.ts'
import type { OfflineSales } from '../service/offline.ts'
import type { Proofs } from '../service/proofs.ts'
import type { Terms } from '../service/terms.ts'
import type { Vouchers } from '../service/vouchers.ts'

/** Operation → service call. */
export function tillCodesRoutes(
  router: Router,
  codes: {
    readonly vouchers: Vouchers
    readonly proofs: Proofs
    readonly terms: Terms
    readonly offline: OfflineSales
  },
): void {
  const { vouchers, proofs, terms, offline } = codes
  mount(router, tillCodesApi, {
    myCode: ({ body }, caller) => vouchers.myCode(caller.memberId, body.deviceId),
    mySignedCoupons: (_, caller) => vouchers.mySignedCoupons(caller.memberId),
    sendSmsProof: ({ body }, caller) => proofs.sendSms(caller, body.memberCode),
    takeSmsProof: ({ body }, caller) => proofs.takeSms(caller, body.memberCode, body.code),
    offlineKit: (_, caller) => vouchers.offlineKit(caller),
    revokeCodes: ({ params, body }, caller) => proofs.revoke(caller, params.memberId, body.reason),
    terms: () => terms.terms(),
    setTerms: ({ body }, caller) => terms.setTerms(caller, body),
    settleOffline: ({ body }, caller) => offline.settle(caller, body),
    losses: ({ query }, caller) => offline.losses(query, caller.scope),
    lossSummary: ({ query }, caller) => offline.summary(query.from, query.to, caller.scope),
  })
}
