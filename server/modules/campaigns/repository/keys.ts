/** The group of a campaign's messages at WeChat. */
export const groupOf = (campaignId: string): string => `campaign:${campaignId}`
/** The permanent key of one person's coupon and message of a campaign. */
export const keyOf = (campaignId: string, memberId: string): string => `${groupOf(campaignId)}:${memberId}`
