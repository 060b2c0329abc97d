import type { Context } from 'koa'
import type { TillCaller } from '../../kernel/http/caller.ts'
import type { Kernel, Module } from '../../kernel/module.ts'
import type { Audit } from '../staff/index.ts'
import { tillApi } from './contract.ts'
import { aroundTheTill } from './service/around.ts'
import { tillCodesApi } from './contract/codes-api.ts'
import { tillDeskApi } from './contract/desk-api.ts'
import { tillCodesRoutes } from './routes/codes.ts'
import { purgeProofs } from './jobs.ts'
import { tillRoutes } from './routes/sales.ts'
import { tillDeskRoutes } from './routes/desk.ts'
import { tillGate } from './service/authenticate.ts'
import { customers } from './service/customer.ts'
import type { TillDeps, TillNeeds } from './service/deps.ts'
import { offlineSales } from './service/offline.ts'
import { oncePerKey } from './service/once.ts'
import { pointsUse } from './service/points-use.ts'
import { tillProofs } from './service/proofs.ts'
import { quoting } from './service/quote.ts'
import { codeReading } from './service/reading.ts'
import { tillRegistration } from './service/registration.ts'
import { returning } from './service/returns.ts'
import { selling } from './service/sale.ts'
import { codeSigning } from './service/signing.ts'
import { tillTerms } from './service/terms.ts'
import { vouchers } from './service/vouchers.ts'

export type { SoldDocument, SoldLine, TillNeeds } from './service/deps.ts'
export { signTill } from './service/authenticate.ts'
export { withheldTexts } from './service/fraud/withheld.ts'

export interface TillApi {
  /** Which till signs this request; throws till.badSignature, staleRequest or replayed. */
  authenticate(ctx: Context): Promise<TillCaller>
}

/** The point-of-sale API: identify, quote, lock, commit, cancel, return. */
export function createTill(kernel: Kernel, needs: TillNeeds & { readonly audit: Audit }): Module<TillApi> {
  const around = aroundTheTill(kernel, needs, needs.audit)
  const deps: TillDeps = { ...kernel, needs: around.needs }
  const signing = codeSigning(kernel)
  const read = codeReading(deps, signing)
  const people = customers(deps, read)
  const once = oncePerKey(kernel)
  const paying = pointsUse(deps, people)
  const quotes = quoting(deps, people, paying)
  const proofs = tillProofs(deps, people, needs.audit)
  const codes = {
    vouchers: vouchers(deps, signing),
    proofs,
    terms: tillTerms(kernel, needs.audit),
    offline: offlineSales(deps, signing, read, quotes, once),
  }
  return {
    name: 'till',
    api: { authenticate: tillGate(kernel) },
    contracts: [tillApi, tillCodesApi, tillDeskApi],
    routes: router => {
      tillRoutes(
        router,
        quotes,
        selling(deps, people, quotes, paying, once),
        returning(deps, paying, once),
        tillRegistration(kernel, needs.audit),
        around.after,
      )
      tillCodesRoutes(router, codes)
      tillDeskRoutes(router, around.parts(people, quotes, once))
    },
    handlers: around.handlers,
    jobs: [...around.jobs, purgeProofs(proofs)],
  }
}
