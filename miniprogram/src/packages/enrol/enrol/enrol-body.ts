/** One consent question of the terms. */
export interface ConsentQuestion {
  purpose: 'marketing' | 'personalRecommendation'
  channel: 'wechat' | 'sms' | 'all'
}

/** How the phone number is shown to be the shopper's. */
export type PhoneProof = { by: 'wechat'; code: string } | { by: 'sms'; phone: string; code: string }

/** What is sent to open a card: every question answered yes or no, and the QR code that led here. */
export function enrolBody(given: {
  termsVersion: string
  phone: PhoneProof
  questions: ConsentQuestion[]
  granted: boolean[]
  origin: { storeCode?: string; recruitedBy?: string; scene?: string } | null
}) {
  return {
    termsVersion: given.termsVersion,
    phone: given.phone,
    consents: given.questions.map(({ purpose, channel }, index) => ({
      purpose,
      channel,
      granted: given.granted[index] === true,
    })),
    ...given.origin,
  }
}
