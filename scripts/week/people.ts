import { anonymous, forEachAtOnce, shopper, type Call } from '../callers.ts'
import type { Week } from './instance.ts'

/** Somebody with a phone who follows the account and has enrolled in the mini-program. */
export interface Person {
  readonly id: string
  /** By appId. */
  readonly openids: Readonly<Record<string, string>>
  readonly shop: Call
  memberId: string
  /** As the person left it: follows the account. */
  following: boolean
  /** Has left at least once: the product then forgets whom it wrote to. */
  left: boolean
}

interface Made {
  id: string
  openids: Record<string, string>
}

/** Makes people who follow and enrol; three of four agree to marketing messages. */
export async function enrol(week: Week, count: number): Promise<Person[]> {
  const { sim } = week
  const open = anonymous(week.server)
  const terms = await open<{ version: string; consents: { purpose: string; channel: string }[] }>(
    'GET',
    '/api/shop/terms',
  )
  const { people: made } = await sim<{ people: Made[] }>('POST', '/__sim/people', { count, follow: true })
  const people: Person[] = []
  await forEachAtOnce(made, 8, async ({ id, openids }, n) => {
    const act = (what: string) => sim<{ code: string }>('POST', `/__sim/people/${id}/${what}`, {})
    const session = await open<{ token: string }>('POST', '/api/shop/session', { code: (await act('js-code')).code })
    const shop = shopper(week.server, session.token)
    const { outcome, member } = await shop<{ outcome: string; member: { memberId: string } }>(
      'POST',
      '/api/shop/enrolment',
      {
        termsVersion: terms.version,
        consents: terms.consents.map(({ purpose, channel }) => ({ purpose, channel, granted: n % 4 !== 3 })),
        phone: { by: 'wechat', code: (await act('phone-code')).code },
      },
    )
    if (outcome !== 'enrolled') throw new Error(`${id}: ${outcome} instead of a card`)
    people.push({ id, openids, shop, memberId: member.memberId, following: true, left: false })
  })
  return people
}
