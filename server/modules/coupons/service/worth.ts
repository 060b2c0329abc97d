import type { TemplateRecord } from '../repository/templates.ts'

/** What one coupon may take off at most, fen; 0 = nobody can say. */
export const worthOf = (template: Pick<TemplateRecord, 'amountOff' | 'maxOff'> | undefined): number =>
  template === undefined ? 0 : template.amountOff > 0 ? template.amountOff : (template.maxOff ?? 0)
