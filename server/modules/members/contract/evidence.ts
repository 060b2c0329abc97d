import { z } from 'zod'

/** What somebody has shown at the desk before staff changes who they are. */
export const EvidenceKind = z.enum(['idCard', 'phoneInHand', 'cardInHand', 'wechat', 'other'])
export type EvidenceKind = z.output<typeof EvidenceKind>

/** What was shown, and what was seen; both are kept in the audit. */
export const Evidence = z.object({ evidence: EvidenceKind, note: z.string().trim().min(2).max(200) })
export type Evidence = z.output<typeof Evidence>
