import type Router from '@koa/router'
import { mount } from '../../../kernel/http/mount.ts'
import { tillCodesApi } from '../contract/codes-api.ts'
import type { KeyDesk } from '../service/key-desk.ts'
import type { LossBook } from '../service/losses.ts'
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
    readonly keys: KeyDesk
    readonly losses: LossBook
  },
): void {
  const { vouchers, proofs, terms, offline, keys, losses } = codes
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
    signingKeys: () => keys.keys(),
    rotateSigningKey: ({ body }, caller) => keys.rotate(caller, body),
    revocations: ({ query }, caller) => keys.revocations(caller.scope, query),
    losses: ({ query }, caller) => losses.list(query, caller.scope),
    lossSummary: ({ query }, caller) => losses.summary(query.from, query.to, caller.scope),
    writeOffLoss: ({ params, body }, caller) => losses.writeOff(caller, params.lossId, body.reason),
  })
}
