import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { players } from '../../prisma/seed/households.ts'
import { anonymous, forEachAtOnce, shopper, type Call } from '../callers.ts'
import { eachRow } from '../loop/csv.ts'

/** A member of the demo with a phone in the sandbox. */
export interface Phone {
  personId: string
  name: string
  shop: Call
}

/** People to play with by hand: they have a phone, and have done nothing yet. */
export async function layOutPhones(sandbox: string): Promise<void> {
  const names: Record<string, string> = {
    '15400000001': '王秀英',
    '15400000002': '李建国',
    '15400000003': '张丽华',
    '15400000009': '陈新',
  }
  const people = players.map(({ phone }, i) => ({ id: `player${i + 1}`, name: names[phone] ?? phone, phone }))
  await anonymous(sandbox)('POST', '/__sim/people', { people })
}

/** Members who follow on the phone, open the mini-program once and allow the coupon message; the first `count` of the card file that need no second proof. */
export async function followAll(base: string, sandbox: string, folder: string, count: number): Promise<Phone[]> {
  const rows: { phone: string; name: string; index: number }[] = []
  eachRow(readFileSync(join(folder, 'cards-signed.csv'), 'utf8'), row => {
    const recent = Date.parse(row['最近消费日期'] ?? '') > Date.now() - 60 * 86_400_000
    if (recent && Number(row['积分余额']) < 2000 && rows.length < count)
      rows.push({ phone: row['手机号'] ?? '', name: row['姓名'] ?? '', index: rows.length })
  })
  const sim = anonymous(sandbox)
  const open = anonymous(base)
  const terms = await open<{ version: string; consents: { purpose: string; channel: string }[] }>(
    'GET',
    '/api/shop/terms',
  )
  const phones: Phone[] = []
  await forEachAtOnce(rows, 4, async ({ phone, name, index }) => {
    const personId = `member${index + 1}`
    await sim('POST', '/__sim/people', { people: [{ id: personId, name, phone }], follow: true })
    const code = async (kind: string) =>
      (await sim<{ code: string }>('POST', `/__sim/people/${personId}/${kind}`, {})).code
    const { token } = await open<{ token: string }>('POST', '/api/shop/session', { code: await code('js-code') })
    const shop = shopper(base, token)
    const consents = terms.consents.map(({ purpose, channel }) => ({ purpose, channel, granted: channel !== 'sms' }))
    const enrolled = await shop<{ outcome: string }>('POST', '/api/shop/enrolment', {
      termsVersion: terms.version,
      consents,
      phone: { by: 'wechat', code: await code('phone-code') },
    })
    if (enrolled.outcome !== 'enrolled') return
    const { items } = await shop<{ items: { name: string; templateId: string }[] }>('GET', '/api/shop/subscriptions')
    const coupon = items.find(item => item.name === 'couponArrived')
    if (coupon !== undefined && index % 4 !== 3) {
      await sim('POST', `/__sim/people/${personId}/subscribe`, {
        templates: [{ templateId: coupon.templateId, status: 'accept' }],
      })
      await shop('POST', '/api/shop/subscriptions', { key: `seed-${personId}`, accepted: [coupon.templateId] })
    }
    phones.push({ personId, name, shop })
  })
  return phones
}
