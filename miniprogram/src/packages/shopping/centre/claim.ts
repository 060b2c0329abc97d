import { ApiError, messageOf, shop } from '../../../api/index.ts'
import { language } from '../../../lib/i18n/index.ts'
import { say } from '../../../lib/page.ts'
import { askForMessage, onceKey } from '../../../lib/subscribe.ts'
import { en, zh } from './words.ts'

const own = { zh, en }

type Outcome = Awaited<ReturnType<typeof shop.coupons.claim>>['outcome']
const sleep = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))

// One key for each tap that has no answer yet: asked again after a lost network, it is the same claim.
const open: Record<string, string> = {}

/** Claims an offer and says what came of it. The pop-up has to follow the tap itself, so it is asked meanwhile. */
export async function claim(offerId: string): Promise<void> {
  const t = own[language()]
  const key = (open[offerId] ??= onceKey())
  try {
    const [outcome, reminds] = await Promise.all([outcomeOf(offerId, key), askForMessage('couponClaim')])
    if (outcome !== 'queued') delete open[offerId]
    const texts = {
      claimed: reminds ? t.claimedRemind : t.claimed,
      soldOut: t.soldOut,
      limit: t.limit,
      closed: t.closed,
      queued: t.stillQueued,
      again: t.stillQueued,
    }
    say(texts[outcome], 2500)
  } catch (error) {
    // What was answered was not done; without an answer the next tap asks for the same claim.
    if (error instanceof ApiError) delete open[offerId]
    say(messageOf(error), 3000)
  }
}

async function outcomeOf(offerId: string, key: string): Promise<Outcome> {
  const send = () => shop.coupons.claim({ params: { offerId }, body: { key } })
  let { outcome } = await send()
  if (outcome === 'queued') say(own[language()].queued)
  for (let tries = 0; (outcome === 'queued' || outcome === 'again') && tries < 12; tries++) {
    await sleep(500 + tries * 100)
    outcome = (await (outcome === 'again' ? send() : shop.coupons.claimStatus({ params: { offerId, key } }))).outcome
  }
  return outcome
}
