import { bodyOf, worthOf, type Draft, type Template } from './draft.ts'

/** What the gauge shows of a template: how many and how much there may be, and what is gone of it; sums in fen. */
export interface GaugeFigures {
  /** Nothing was issued yet: the gauge says what stock and budget would allow. */
  readonly isPlan: boolean
  readonly issued: number
  readonly stock: number
  readonly spent: number
  readonly budget: number | null
  /** What one takes off at most; null where nobody can say. */
  readonly each: number | null
  /** Pieces that the rest of the budget pays for; null where nobody can say. */
  readonly pieces: number | null
  /** What all of it may come to: the budget, else the stock at its worth; null where nobody can say. */
  readonly most: number | null
  readonly perMemberLimit: number
  readonly perDayLimit: number | null
  readonly bearers: Template['bearers']
  readonly supplier: string
}

type Terms = Pick<
  Template,
  'kind' | 'amountOff' | 'maxOff' | 'stock' | 'budget' | 'perMemberLimit' | 'perDayLimit' | 'bearers' | 'supplier'
>

function figuresOf(terms: Terms, gone: { isPlan: boolean; issued: number; spent: number }): GaugeFigures {
  const { stock, budget, perMemberLimit, perDayLimit, bearers, supplier } = terms
  const each = worthOf(terms)
  const whole = each === null ? null : each * stock
  return {
    ...gone,
    stock,
    budget,
    each,
    pieces: each === null || each === 0 || budget === null ? null : Math.floor(Math.max(0, budget - gone.spent) / each),
    most: budget === null ? whole : Math.min(budget, whole ?? budget),
    perMemberLimit,
    perDayLimit,
    bearers,
    supplier,
  }
}

/** A template as it is kept. */
export const gaugeOf = (template: Template): GaugeFigures =>
  figuresOf(template, { isPlan: template.state === 'draft', issued: template.issued, spent: template.spent })

/** A draft while it is written: with what is gone of the template that it changes. */
export function gaugeOfDraft(draft: Draft, found: Template | null): GaugeFigures {
  const body = bodyOf(draft, found)
  return figuresOf(
    {
      kind: draft.kind,
      amountOff: body.amountOff ?? 0,
      maxOff: body.maxOff ?? null,
      // A field that is being written anew is empty for a moment.
      stock: draft.stock || 0,
      budget: body.budget ?? null,
      perMemberLimit: draft.limit || 0,
      perDayLimit: draft.perDay,
      bearers: { headquarters: draft.headquarters || 0, store: draft.store || 0, supplier: draft.supplier || 0 },
      supplier: draft.supplierName,
    },
    { isPlan: found === null || found.state === 'draft', issued: found?.issued ?? 0, spent: found?.spent ?? 0 },
  )
}
