import type { Context } from 'koa'
import type { TillCaller } from '../../kernel/http/caller.ts'
import type { Kernel, Module } from '../../kernel/module.ts'
import { on } from '../../kernel/events/event.ts'
import { documentsApplied } from '../sales/events.ts'
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
import { earningOf } from './service/earning.ts'
import { keyDesk } from './service/key-desk.ts'
import { lossBook } from './service/losses.ts'
import { offlineSales } from './service/offline.ts'
import { oncePerKey } from './service/once.ts'
import { pointsUse } from './service/points-use.ts'
import { tillProofs } from './service/proofs.ts'
import { quoting } from './service/quote.ts'
import { codeReading } from './service/reading.ts'
import { tillRegistration } from './service/registration.ts'
import { returnBooks } from './service/return-books.ts'
import { returning } from './service/returns.ts'
import { selling } from './service/sale.ts'
import { codeSigning } from './service/signing.ts'
import { tillTerms } from './service/terms.ts'
import { toldReturns } from './service/told-returns.ts'
import { vouchers } from './service/vouchers.ts'

export type { SoldDocument, SoldLine, TillNeeds } from './service/deps.ts'
export { invoicesPart } from './service/member-part.ts'
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
  const books = returnBooks(deps, paying)
  const told = toldReturns(kernel, books)
  const quotes = quoting(deps, people, paying, earningOf(deps, around.limits))
  const sales = selling(deps, people, quotes, paying, once)
  const proofs = tillProofs(deps, people, needs.audit)
  const returns = returning(deps, books, once)
  const codes = {
    vouchers: vouchers(deps, signing),
    proofs,
    terms: tillTerms(kernel, needs.audit),
    offline: offlineSales(deps, signing, read, quotes, once),
    keys: keyDesk(deps, signing, needs.audit),
    losses: lossBook(deps, needs.audit),
  }
  return {
    name: 'till',
    api: { authenticate: tillGate(kernel) },
    contracts: [tillApi, tillCodesApi, tillDeskApi],
    routes: router => {
      tillRoutes(router, quotes, sales, returns, tillRegistration(kernel, needs.audit), around.after)
      tillCodesRoutes(router, codes)
      tillDeskRoutes(router, around.parts({ people, quotes, sales, returns, proofs, once }))
    },
    handlers: [
      // Goods may come back to a till that does not talk to us: then the night's file tells it.
      on(documentsApplied, 'till.returnsTold', async ({ documents }) => {
        const ids = documents.map(document => document.id)
        await told.onApplied(ids)
        await around.onReturned(ids)
      }),
    ],
    jobs: [...around.jobs, purgeProofs(proofs)],
  }
}
