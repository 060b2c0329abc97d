import { setTimeout as wait } from 'node:timers/promises'
import { customerSums } from './facts.ts'
import { forEachAtOnce } from '../callers.ts'
import { openFire } from './fire.ts'
import { rulesFor } from './segment.ts'
import type { Person, Story } from './story.ts'

interface Campaign {
  id: string
  state: string
  totals: { audience: number; coupons: Record<string, number>; messages: Record<string, number> }
}
interface Recipient {
  memberId: string
  coupon: string
  message: string
}
interface Shown {
  personId: string
  seq: number
  templateId?: string
  clientMsgId?: string
}

/** What the campaign left: who holds a coupon of it, by member. */
export interface CampaignOutcome {
  couponTemplateId: string
  audience: Person[]
}

/** Where the process falls while a campaign is made ready, and while it sends. */
const campaignPoints = [
  'campaigns.afterFreezeBeforeMark:1',
  'campaigns.afterIssueBeforeRecord:1',
  'campaigns.afterPlanBeforeCommit:1',
]
const sendingPoints = ['wechat.afterClaim:1', 'wechat.afterSendBeforeRecord:2', 'wechat.afterRecord:1']

/** Step 4: a segment, a coupon campaign and a service notice, with the sender killed in between. */
export async function playCampaign(story: Story): Promise<CampaignOutcome> {
  const { checks, owner, people, data } = story
  checks.step(4, '人群与活动', 'a segment, a campaign and a service notice, the sender killed while sending')
  const { rules, isIn } = rulesFor(story, customerSums(data.facts.values()))
  const audience = people.filter(isIn)
  const segment = await owner.call<{ id: string }>('POST', '/api/admin/segments', { name: '常来的', rules })
  const counted = await owner.call<{ count: number; total: number }>('POST', `/api/admin/segments/${segment.id}/count`)
  checks.holds(
    `the segment is a true part: ${audience.length} of ${people.length}`,
    audience.length > people.length / 20 && audience.length < people.length,
  )
  checks.same('segment equals the brute-force count', counted.count, audience.length)

  const couponTemplateId = await couponTemplate(story)
  const willing = audience.filter((_, i) => i % 3 !== 2)
  const templateId = await giveCredits(story, willing)
  await couponCampaign(story, { segmentId: segment.id, couponTemplateId, audience, willing, templateId })
  await serviceNotice(story)
  return { couponTemplateId, audience }
}

async function couponTemplate({ owner }: Story): Promise<string> {
  const made = await owner.call<{ templateId: string }>('POST', '/api/admin/coupon-templates', {
    name: '满39减5',
    amountOff: 500,
    threshold: 3900,
    validDays: 30,
    stock: 100_000,
  })
  await owner.call('POST', `/api/admin/coupon-templates/${made.templateId}/activate`)
  return made.templateId
}

/** The subscribe pop-up on the phone, and its answer told to the product as the mini-program does. */
async function giveCredits({ sim }: Story, willing: readonly Person[]): Promise<string> {
  let templateId = ''
  await forEachAtOnce(willing, 6, async person => {
    const { items } = await person.shop<{ items: { name: string; templateId: string }[] }>(
      'GET',
      '/api/shop/subscriptions',
    )
    templateId = items.find(item => item.name === 'couponArrived')?.templateId ?? ''
    await sim('POST', `/__sim/people/${person.personId}/subscribe`, { templates: [{ templateId, status: 'accept' }] })
    const body = { key: `loop-credit-${person.personId}`, accepted: [templateId] }
    await person.shop('POST', '/api/shop/subscriptions', body)
    // A repeated request is one accept.
    await person.shop('POST', '/api/shop/subscriptions', body)
  })
  return templateId
}

/** Launches a campaign under fire and waits until it is done. */
async function launchUnderFire(
  story: Story,
  draft: Record<string, unknown>,
  points: readonly string[],
): Promise<Campaign> {
  const { owner, instance } = story
  const made = await owner.call<Campaign>('POST', '/api/admin/campaigns', draft)
  const fire = await openFire(story, points, story.kills)
  await owner.call('POST', `/api/admin/campaigns/${made.id}/launch`)
  for (const deadline = performance.now() + 400_000; ;) {
    if (performance.now() > deadline) throw new Error(`campaign ${made.id} has not ended`)
    const now = await owner.call<Campaign>('GET', `/api/admin/campaigns/${made.id}`)
    if (now.state === 'done') {
      await fire.cease(String(draft['name']))
      return now
    }
    instance.jobs.check()
    const { sent = 0, unknown = 0 } = now.totals.messages
    fire.tend((sent + unknown) / Math.max(1, now.totals.audience))
    await wait(25)
  }
}

async function recipientsOf({ owner }: Story, campaignId: string): Promise<Map<string, Recipient>> {
  const all = new Map<string, Recipient>()
  let cursor: string | null = null
  do {
    const page: { items: Recipient[]; next: string | null } = await owner.call(
      'GET',
      `/api/admin/campaigns/${campaignId}/recipients?limit=200${cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`}`,
    )
    for (const item of page.items) all.set(item.memberId, item)
    cursor = page.next
  } while (cursor !== null)
  return all
}

/** How many messages of a template each phone shows, by person. */
async function shownOn({ sim }: Story, kind: string, templateId: string, after = 0): Promise<Map<string, number>> {
  const { messages } = await sim<{ messages: Shown[] }>(
    'GET',
    `/__sim/messages?kind=${kind}&templateId=${templateId}&after=${after}`,
  )
  const counts = new Map<string, number>()
  for (const { personId } of messages) counts.set(personId, (counts.get(personId) ?? 0) + 1)
  return counts
}

interface CouponCampaign extends CampaignOutcome {
  segmentId: string
  willing: Person[]
  templateId: string
}

async function couponCampaign(
  story: Story,
  { segmentId, couponTemplateId, audience, willing, templateId }: CouponCampaign,
): Promise<void> {
  const { checks } = story
  const draft = {
    name: '满39减5,送给常来的你',
    purpose: 'marketing',
    segmentId,
    couponTemplateId,
    route: 'subscribe',
    text: { fields: { thing1: '满39减5元', time2: '2026-12-31 22:00' } },
  }
  const campaign = await launchUnderFire(
    story,
    draft,
    story.thorough
      ? [...campaignPoints, ...sendingPoints]
      : ['campaigns.afterIssueBeforeRecord:1', 'wechat.afterSendBeforeRecord:2'],
  )
  await story.watch.drained(120)

  const { messages, coupons } = campaign.totals
  const count = (name: string) => messages[name] ?? 0
  checks.same('audience', campaign.totals.audience, audience.length)
  checks.same('coupons issued', coupons['issued'], audience.length)
  checks.same('no right to write to', count('noRight'), audience.length - willing.length)
  checks.same('sent and unknown are all who hold a credit', count('sent') + count('unknown'), willing.length)
  checks.same(
    'waiting, sending, failed, refused',
    count('waiting') + count('sending') + count('failed') + count('refused'),
    0,
  )

  const shown = await shownOn(story, 'subscribe', templateId)
  const recipients = await recipientsOf(story, campaign.id)
  checks.same('recipients', recipients.size, audience.length)
  const wrong = story.people.filter(person => {
    const outcome = recipients.get(person.memberId)?.message ?? 'none'
    const times = shown.get(person.personId) ?? 0
    return outcome === 'sent' ? times !== 1 : outcome === 'unknown' ? times > 1 : times !== 0
  })
  checks.holds(
    'the report equals what the phones show, person by person; nobody twice',
    wrong.length === 0,
    `${wrong.length} differ`,
  )
  const unknown = count('unknown')
  const arrived = story.people.filter(
    person => recipients.get(person.memberId)?.message === 'unknown' && shown.has(person.personId),
  ).length
  checks.same(
    'on the phones',
    [...shown.values()].reduce((sum, n) => sum + n, 0),
    count('sent') + arrived,
  )
  checks.figure('unkeyedUnknown', unknown)
  checks.figure('unkeyedSent', count('sent'))
  await checkWallets(story, couponTemplateId, audience)
}

async function checkWallets(
  { people, checks }: Story,
  couponTemplateId: string,
  audience: readonly Person[],
): Promise<void> {
  const should = new Set(audience.map(person => person.memberId))
  const wrong: string[] = []
  await forEachAtOnce(people, 8, async person => {
    const { items } = await person.shop<{ items: { templateId: string }[] }>('GET', '/api/shop/me/coupons')
    const has = items.filter(item => item.templateId === couponTemplateId).length
    if (has !== (should.has(person.memberId) ? 1 : 0)) wrong.push(`${person.cardNo}: ${has}`)
  })
  checks.holds(
    `one coupon in each of ${audience.length} wallets, none in the others`,
    wrong.length === 0,
    wrong.slice(0, 3).join('; '),
  )
}

async function serviceNotice(story: Story): Promise<void> {
  const { checks, owner, people, sim } = story
  const everybody = await owner.call<{ id: string }>('POST', '/api/admin/segments', { name: '全部会员', rules: {} })
  const { messages: earlier } = await sim<{ messages: Shown[] }>('GET', '/__sim/messages?kind=template')
  const after = earlier.at(-1)?.seq ?? 0
  const draft = {
    name: '营业时间变更通知',
    purpose: 'service',
    segmentId: everybody.id,
    route: 'template',
    text: { fields: { thing1: '营业时间变更', thing2: '本周六起早上七点开门' }, page: 'pages/code/code' },
  }
  const campaign = await launchUnderFire(
    story,
    draft,
    story.thorough ? sendingPoints : ['wechat.afterSendBeforeRecord:2'],
  )
  await story.watch.drained(120)
  const { messages } = await sim<{ messages: Shown[] }>('GET', `/__sim/messages?kind=template&after=${after}`)
  const notices = messages.filter(message => message.templateId === 'tmpl_service_notice')
  const perPerson = new Map<string, number>()
  for (const { personId } of notices) perPerson.set(personId, (perPerson.get(personId) ?? 0) + 1)
  checks.same('service notice: audience', campaign.totals.audience, people.length)
  checks.same('service notice: sent', campaign.totals.messages['sent'], people.length)
  checks.same('service notice: phones that show it', perPerson.size, people.length)
  checks.same('service notice: most on one phone', Math.max(0, ...perPerson.values()), 1)
  checks.holds(
    'every notice carries a client_msg_id of its own',
    new Set(notices.map(notice => notice.clientMsgId)).size === people.length &&
      !notices.some(notice => notice.clientMsgId === undefined),
  )
}
