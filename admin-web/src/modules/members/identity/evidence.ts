/** What somebody can show at the desk. */
export const evidenceKinds = ['idCard', 'phoneInHand', 'cardInHand', 'wechat', 'other'] as const
export type EvidenceKind = (typeof evidenceKinds)[number]
