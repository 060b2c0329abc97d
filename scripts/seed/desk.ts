import { setTimeout as wait } from 'node:timers/promises'
import { anonymous, type Call } from '../callers.ts'
import type { Phone } from './people.ts'

const segments = [
  {
    name: '近 60 天没来的老顾客',
    note: '买过 5 次以上，最近 60 天没来',
    rules: {
      all: [
        { kind: 'orders', compare: 'atLeast', count: 5 },
        { kind: 'lastOrder', compare: 'before', days: 60 },
      ],
    },
  },
  {
    name: '常买菜、已关注',
    note: '近 30 天买过蔬菜，关注公众号',
    rules: { all: [{ kind: 'bought', what: 'category', codes: ['1001'], days: 30 }, { kind: 'follows' }] },
  },
  {
    name: '有小宝宝的家庭',
    note: '近 90 天买过纸尿裤',
    rules: { all: [{ kind: 'bought', what: 'category', codes: ['160101'], days: 90 }] },
  },
  { name: '积分过千', note: '', rules: { all: [{ kind: 'points', compare: 'atLeast', points: 1000 }] } },
]

/** Waits until the points of the imported receipts have stopped arriving, so that counts are those of a settled shop. */
export async function pointsSettled(call: Call): Promise<void> {
  const body = { rules: { all: [{ kind: 'points', compare: 'atLeast', points: 1 }] }, sample: false }
  let before = -1
  for (let quiet = 0; quiet < 3;) {
    const { count } = await call<{ count: number }>('POST', '/api/admin/segments/preview', body)
    quiet = count > 0 && count === before ? quiet + 1 : 0
    before = count
    await wait(500)
  }
}

/** Segments, coupon templates, one campaign that has run and one draft. */
export async function prepareMarketing(call: Call): Promise<void> {
  const made: string[] = []
  for (const segment of segments) {
    const { id } = await call<{ id: string }>('POST', '/api/admin/segments', segment)
    await call('POST', `/api/admin/segments/${id}/count`)
    made.push(id)
  }
  const template = async (name: string, amountOff: number, threshold: number) => {
    const { templateId } = await call<{ templateId: string }>('POST', '/api/admin/coupon-templates', {
      name,
      amountOff,
      threshold,
      validDays: 14,
      stock: 20_000,
      description: '全部门店可用，烟草、购物卡除外',
    })
    await call('POST', `/api/admin/coupon-templates/${templateId}/activate`)
    return templateId
  }
  const fresh = await template('生鲜满39减5', 500, 3900)
  const back = await template('满88减12 老友券', 1200, 8800)
  const text = (what: string) => ({ fields: { thing1: what, time2: '2026-12-31 22:00' } })
  const ran = await call<{ id: string }>('POST', '/api/admin/campaigns', {
    name: '周末买菜满39减5',
    purpose: 'marketing',
    segmentId: made[1],
    couponTemplateId: fresh,
    route: 'subscribe',
    text: text('满39减5元'),
  })
  await call('POST', `/api/admin/campaigns/${ran.id}/launch`)
  await call('POST', '/api/admin/campaigns', {
    name: '好久不见，老友券',
    purpose: 'marketing',
    segmentId: made[0],
    couponTemplateId: back,
    route: 'subscribe',
    text: text('满88减12元'),
  })
}

const questions = ['昨天买的鸡蛋破了两个，可以换吗？', '我的积分怎么没到账？', '请问周日几点关门？']

/** Shoppers who have written: one waits for an answer, one was answered, one came by the mini-program's form. */
export async function prepareDesk(call: Call, sandbox: string, phones: readonly Phone[]): Promise<void> {
  const sim = anonymous(sandbox)
  const [first, second, third] = phones
  if (!first || !second || !third) return
  for (const [i, phone] of [first, second].entries())
    await sim('POST', `/__sim/people/${phone.personId}/say`, { text: questions[i] })
  await third.shop('POST', '/api/shop/tickets', { key: 'seed-ticket-form', kind: 'other', text: questions[2] })
  for (let waited = 0; waited < 15_000; waited += 200) {
    const { items } = await call<{ items: { id: string; subject: string }[] }>('GET', '/api/admin/tickets?state=open')
    const ticket = items.find(item => item.subject.includes('鸡蛋'))
    if (ticket !== undefined) {
      await call('POST', `/api/admin/tickets/${ticket.id}/messages`, {
        text: '可以的，带上小票到任意门店服务台换新。',
        key: 'seed-ticket-answer',
      })
      return
    }
    await wait(200)
  }
}
