import { anonymous, forEachAtOnce, HttpError, shopper } from '../callers.ts'
import type { Holder } from './dataset.ts'
import type { Person, Story } from './story.ts'

interface OldCard {
  ref: string
  state: string
}
interface Enrolled {
  outcome: string
  member: { memberId: string; cardNo: string }
  oldCards: OldCard[]
}
interface Terms {
  version: string
  consents: { purpose: string; channel: string }[]
}

/** These card holders follow, enrol by WeChat's phone button and bind their old cards; a risky card by its second proof. */
export async function enrolAll(story: Story, holders: readonly Holder[]): Promise<Person[]> {
  const { instance, sim, data, random } = story
  const open = anonymous(instance.server)
  const terms = await open<Terms>('GET', '/api/shop/terms')
  const people: Person[] = []
  await forEachAtOnce(holders, 6, async holder => {
    const made = await sim<{ people: { id: string }[] }>('POST', '/__sim/people', {
      people: [{ name: holder.name.slice(0, 20), phone: holder.phone }],
      follow: true,
    })
    const personId = made.people[0]?.id ?? ''
    const act = (what: string) => sim<{ code: string }>('POST', `/__sim/people/${personId}/${what}`, {})
    const session = await open<{ token: string; member: boolean }>('POST', '/api/shop/session', {
      code: (await act('js-code')).code,
    })
    const shop = shopper(instance.server, session.token)
    const consents = terms.consents.map(({ purpose, channel }) => ({
      purpose,
      channel,
      granted: purpose === 'marketing' && channel === 'wechat',
    }))
    const body = async () => ({
      termsVersion: terms.version,
      consents,
      storeCode: data.store,
      phone: { by: 'wechat', code: (await act('phone-code')).code },
    })
    const enrolled = await shop<Enrolled>('POST', '/api/shop/enrolment', await body())
    if (enrolled.outcome !== 'enrolled') throw new Error(`${holder.cardNo}: ${enrolled.outcome} instead of a card`)
    // A tap too many must not make a second member.
    if (random() < 0.05) {
      const again = await shop<Enrolled>('POST', '/api/shop/enrolment', await body())
      if (again.member.memberId !== enrolled.member.memberId) throw new Error(`${holder.cardNo} became two members`)
    }
    await bindOld(shop, holder, enrolled.oldCards)
    people.push({ ...holder, personId, shop, memberId: enrolled.member.memberId, memberCard: enrolled.member.cardNo })
  })
  return people
}

async function bindOld(shop: Person['shop'], holder: Holder, cards: readonly OldCard[]): Promise<void> {
  const [card] = cards
  if (card === undefined || cards.length > 1)
    throw new Error(`${holder.cardNo}: ${cards.length} old cards on one phone`)
  if ((card.state === 'proofNeeded') !== holder.needsProof)
    throw new Error(`${holder.cardNo}: the old card is ${card.state}`)
  if (card.state === 'bound') return
  if (holder.needsProof) {
    const refused = await shop('POST', '/api/shop/me/old-cards', {
      ref: card.ref,
      proof: { kind: 'name', name: '冒名者' },
    }).catch((error: unknown) => error)
    if (!(refused instanceof HttpError)) throw new Error(`${holder.cardNo}: a wrong name opened the old card`)
  }
  const proof = holder.needsProof ? { proof: { kind: 'name', name: holder.name } } : {}
  const after = await shop<{ items: OldCard[] }>('POST', '/api/shop/me/old-cards', { ref: card.ref, ...proof })
  if (after.items[0]?.state !== 'bound') throw new Error(`${holder.cardNo}: not bound after the proof`)
}

/** Compares every person's points with our own sum; answers how many differ and the first of them. */
export async function comparePoints({ people, points, checks }: Story, what: string): Promise<void> {
  const wrong: string[] = []
  await forEachAtOnce(people, 8, async person => {
    const { balance } = await person.shop<{ balance: number }>('GET', '/api/shop/me/points')
    const expected = points.get(person.memberId)
    if (balance !== expected) wrong.push(`${person.cardNo}: ${balance} instead of ${expected}`)
  })
  checks.holds(
    `${what}: ${people.length} balances equal our own sums`,
    wrong.length === 0,
    `${wrong.length} differ, e.g. ${wrong.slice(0, 3).join('; ')}`,
  )
}
