import { z } from 'zod'

/** What somebody has shown at the desk before staff changes who they are. */
export const EvidenceKind = z.enum(['idCard', 'phoneInHand', 'cardInHand', 'wechat', 'other'])
export type EvidenceKind = z.output<typeof EvidenceKind>

/** Why a member asks for another phone, or why two members are put together. */
export const EvidenceReason = z.enum(['newNumber', 'lostPhone', 'sharedPhone', 'duplicateCard', 'other'])
export type EvidenceReason = z.output<typeof EvidenceReason>

/** What was shown, why it is done where that was asked, and what was seen (of another reason: which); all are kept in the audit. */
export const Evidence = z.object({
  evidence: EvidenceKind,
  reason: EvidenceReason.optional(),
  note: z.string().trim().min(2).max(200),
})
export type Evidence = z.output<typeof Evidence>
