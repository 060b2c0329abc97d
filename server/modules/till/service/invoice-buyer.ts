import { z } from 'zod'
import { maskName, type Vault } from '../../../kernel/vault.ts'
import { invoiceRequestErrors, type BuyerShown, type InvoiceBuyer } from '../contract/invoice-request.ts'
import { isTaxNumber, tidyTaxNumber } from '../contract/tax-number.ts'

const Kept = z.object({
  kind: z.enum(['person', 'company']),
  title: z.string(),
  taxNo: z.string().nullable(),
  email: z.string(),
})

/** finance@hegu.example → f***@hegu.example */
const maskEmail = (email: string): string => email.replace(/^(.)[^@]*/, '$1***')

/** Whom invoices are made out to: checked, sealed at rest, masked for lists. */
export const invoiceBuyers = (vault: Pick<Vault, 'seal' | 'open'>) => ({
  /** What a shopper wrote, tidied; throws till.badTaxNo, till.badEmail. */
  checked(given: InvoiceBuyer): BuyerShown {
    const { kind, title, email } = given
    if (!z.email().safeParse(email).success) throw invoiceRequestErrors.badEmail()
    if (given.kind === 'person') return { kind, title, taxNo: null, email }
    const taxNo = tidyTaxNumber(given.taxNo)
    if (!isTaxNumber(taxNo)) throw invoiceRequestErrors.badTaxNo()
    return { kind, title, taxNo, email }
  },

  seal: (buyer: BuyerShown): string => vault.seal(JSON.stringify(buyer)),

  open: (sealed: string | null): BuyerShown | null =>
    sealed === null ? null : Kept.parse(JSON.parse(vault.open(sealed))),

  /** A person's name is masked; a company's is public, as is its register. */
  masked: (buyer: BuyerShown | null): { title: string; email: string } =>
    buyer === null
      ? { title: '', email: '' }
      : { title: buyer.kind === 'person' ? maskName(buyer.title) : buyer.title, email: maskEmail(buyer.email) },
})
