import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { readMemberCode } from 'till-client/codes'
import { membersApi } from '../../../server/modules/members/contract.ts'
import { TierRules } from '../../../server/modules/tiers/contract.ts'
import { tillApi } from '../../../server/modules/till/contract.ts'
import { tillCodesApi } from '../../../server/modules/till/contract/codes-api.ts'
import { newMember, shopWithPeople, type ShopWithPeople } from '../members/shoppers.ts'
import { stockShelf } from '../points/receipts.ts'
import { codePhone } from './phones.ts'
import { giveCoupon, line, newTill, now, today, type Till } from './tills.ts'

let shop: ShopWithPeople
let till: Till
let other: Till
beforeAll(async () => {
  shop = await shopWithPeople()
  await stockShelf(shop)
  till = await newTill(shop, 'S01', '01', 'earn')
  other = await newTill(shop, 'S02', '01', 'earn')
})
beforeEach(() => shop.clock.set('2026-11-22T04:00:00.000Z'))
afterAll(() => shop.close())

const failure = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'no failure',
    (error: unknown) => (error as { code: string }).code,
  )
let receipts = 0
const receiptNo = (): string => String((receipts += 1)).padStart(4, '0')
const seconds = (n: number): void => shop.clock.advance(n * 1000)
const identify = (at: Till, code: string) => at.call(tillApi).identify({ body: { code } })
const spends = async (at: Till, code: string): Promise<boolean | string> => {
  const seen = await identify(at, code)
  return seen.kind === 'member' ? seen.member.spends : seen.kind
}
const buy = (at: Till, memberCode: string, couponCode: string | null = null, more: object = {}) => {
  const receipt = receiptNo()
  return at.call(tillApi).commit({
    body: {
      key: `sale-${receipt}`,
      businessDate: today,
      receiptNo: receipt,
      businessAt: now,
      memberCode,
      couponCode,
      lines: [line(1, '50')],
      ...more,
    },
  })
}

test('the code that a phone computes without a network is known and spends; a photograph of it earns at most', async () => {
  const member = await newMember(shop, { name: '王小明' })
  const coupon = await giveCoupon(shop, member.memberId)
  const phone = await codePhone(shop, member)
  const code = phone.code()
  expect(code).toMatch(/^97\d{18}$/)
  expect(await identify(till, code)).toMatchObject({
    kind: 'member',
    member: { name: '王**', phone: `154****${member.phone.slice(-4)}`, identifiedBy: 'code', spends: true },
    coupons: [{ code: coupon.code, usable: true }],
  })
  // The photograph, at another till in the same half minute.
  const seen = await identify(other, code)
  expect(seen).toMatchObject({
    member: { spends: false },
    coupons: [{ usable: false, refusal: { text: { zh: '会员码已用过，请刷新' } } }],
  })
  expect(JSON.stringify(seen)).not.toContain(coupon.code)
  expect(await failure(buy(other, code, coupon.code))).toBe('till.couponRefused')
  // A full trolley takes its time: where it was shown it is good for that sale.
  seconds(20 * 60)
  expect((await buy(till, code, coupon.code)).discount).toBe(500)
  const second = await giveCoupon(shop, member.memberId)
  expect(await failure(buy(till, code, second.code))).toBe('till.couponRefused')
  expect((await buy(till, phone.code(), second.code)).discount).toBe(500)
})

test('of twenty tills that get the same code at once one sells with it', async () => {
  const member = await newMember(shop)
  const [one, two] = [await giveCoupon(shop, member.memberId), await giveCoupon(shop, member.memberId)]
  const code = (await codePhone(shop, member)).code()
  const sold = await Promise.allSettled(
    Array.from({ length: 20 }, (_, i) => buy(i % 2 === 0 ? till : other, code, (i % 4 < 2 ? one : two).code)),
  )
  expect(sold.filter(each => each.status === 'fulfilled')).toHaveLength(1)
  expect(
    await shop.db.selectFrom('till_proof').select('docKey').where('memberId', '=', member.memberId).execute(),
  ).toHaveLength(1)
})

test('a phone whose clock is five minutes off shows the right code, for it has learnt how far it is off', async () => {
  for (const minutes of [-5, 5]) {
    const member = await newMember(shop)
    const phone = await codePhone(shop, member, { clockAhead: minutes * 60_000 })
    expect(await spends(till, phone.code())).toBe(true)
    // Somebody sets the clock by hand, without a network: then it only earns, and from six minutes on it is nobody's.
    const late = await codePhone(shop, await newMember(shop))
    expect(await spends(till, late.code(minutes * 2))).toBe(false)
    expect(await spends(till, late.code(minutes * 2 + Math.sign(minutes) * 121))).toBe('unknown')
  }
})

test('a code lives for its half minute and a little; turned by hand it is one ahead, and what was photographed before is old', async () => {
  const member = await newMember(shop)
  const phone = await codePhone(shop, member)
  const [before, turned] = [phone.code(), phone.code(1)]
  expect(await spends(till, turned)).toBe(true)
  expect(await spends(other, before)).toBe(false)
  seconds(30)
  expect(await spends(till, phone.code(-1))).toBe(false)
  const fresh = await codePhone(shop, await newMember(shop))
  const code = fresh.code()
  seconds(31)
  expect(await spends(till, code)).toBe(true)
  const later = fresh.code()
  seconds(95)
  expect(await spends(till, later)).toBe(false)
  const seen = await identify(till, later)
  expect(seen).toMatchObject({ kind: 'member', member: { spends: false } })
})

test('forged digits are nobody’s, and after ten of them this phone’s are not compared for a while', async () => {
  const phone = await codePhone(shop, await newMember(shop))
  const luhn = (body: string): string => {
    let sum = 0
    for (let i = 0; i < body.length; i++) {
      const weighed = Number(body[body.length - 1 - i]) * (i % 2 === 0 ? 2 : 1)
      sum += weighed > 9 ? weighed - 9 : weighed
    }
    return body + String((10 - (sum % 10)) % 10)
  }
  for (let i = 0; i < 10; i++) {
    const guess = luhn(`97${phone.secret.handle}${String(10_000_000 + i)}`)
    expect(await spends(till, guess)).toBe('unknown')
  }
  expect(await spends(till, phone.code())).toBe('unknown')
  expect((await identify(till, '134567890123456789')).kind).toBe('paymentCode')
})

test('the signed code is checked by a till without a network, forged or late it is refused, and online it is the same code', async () => {
  const member = await newMember(shop)
  const phone = await codePhone(shop, member)
  const { keys, saleCap } = await till.call(tillCodesApi).offlineKit({})
  expect(saleCap).toBe(5000)
  const code = phone.signed()
  expect(code).toMatch(/^96\d{242}$/)
  const at = shop.clock.now()
  expect(readMemberCode(code, keys, at)).toMatchObject({ ok: true, code: { handle: phone.secret.handle, tier: 0 } })
  expect(readMemberCode(code, keys, new Date(at.getTime() + 100_000))).toEqual({ ok: false, why: 'tooLate' })
  expect(
    readMemberCode(`96${code.slice(2).replace(/\d/, digit => String((Number(digit) + 1) % 10))}`, keys, at).ok,
  ).toBe(false)
  // Another's handle under our signature, a link of the next half minute that nobody can know, a signature of a stranger.
  const forgeries = [
    code.slice(0, 4) + String((Number(code.slice(4, 13)) + 1) % 10 ** 9).padStart(9, '0') + code.slice(13),
    code.slice(0, 211) + String(Number(code.slice(211, 215)) + 1).padStart(4, '0') + code.slice(215),
    `${code.slice(0, 60)}${code[60] === '1' ? '2' : '1'}${code.slice(61)}`,
  ]
  for (const forged of forgeries) expect(readMemberCode(forged, keys, at)).toEqual({ ok: false, why: 'forged' })
  expect(await spends(till, code)).toBe(true)
  // The digits of the same half minute are the same proof: another till has them already.
  expect(await spends(other, phone.code())).toBe(false)
})

test('a secret is turned over after a month and the one before lives two days more; a fourth phone ends the first', async () => {
  const member = await newMember(shop)
  const phone = await codePhone(shop, member)
  const before = { ...phone.secret }
  await phone.refresh()
  expect(phone.secret.secret).toBe(before.secret)
  seconds(31 * 86_400)
  await phone.refresh()
  expect(phone.secret.handle).toBe(before.handle)
  expect(phone.secret.secret).not.toBe(before.secret)
  const lost = await codePhone(shop, member)
  lost.secret = { ...before, offset: 0 }
  expect(await spends(till, lost.code())).toBe(true)
  seconds(30)
  expect(await spends(till, phone.code())).toBe(true)
  seconds(3 * 86_400)
  expect(await spends(till, lost.code())).toBe('unknown')
  expect(JSON.stringify(await shop.db.selectFrom('member_code_device').selectAll().execute())).not.toContain(
    phone.secret.secret,
  )

  for (const n of [2, 3, 4]) {
    seconds(60)
    await codePhone(shop, member, { deviceId: `another-phone-number-${n}` })
  }
  expect(await spends(till, phone.code())).toBe('unknown')
  await phone.refresh()
  expect(await spends(till, phone.code())).toBe(true)
})

test('a lost phone: staff end its codes, a closed membership has none', async () => {
  const member = await newMember(shop)
  const phone = await codePhone(shop, member)
  const owner = await shop.as('owner')
  const signed = phone.signed()
  expect(
    await owner.call(tillCodesApi).revokeCodes({ params: { memberId: member.memberId }, body: { reason: '手机丢失' } }),
  ).toEqual({ ended: 1 })
  expect(await spends(till, phone.code())).toBe('unknown')
  expect(await spends(till, signed)).toBe('unknown')
  expect(
    await shop.db.selectFrom('audit_entry').select('reason').where('action', '=', 'till.revokeCodes').execute(),
  ).toEqual([{ reason: '手机丢失' }])
})

test('a spoken phone earns only; the code that its SMS brings lets it spend, once, at this till', async () => {
  const member = await newMember(shop)
  const coupon = await giveCoupon(shop, member.memberId)
  expect(await spends(till, member.phone)).toBe(false)
  expect(await failure(buy(till, member.phone, coupon.code))).toBe('till.couponRefused')
  expect((await buy(till, member.phone)).points?.earned).toBe(50)
  await till.call(tillCodesApi).sendSmsProof({ body: { memberCode: member.phone } })
  const text = shop.sandbox.world.sms.find(sms => sms.phone === member.phone)?.text ?? ''
  const code = /\d{6}/.exec(text)?.[0] ?? ''
  const wrong = code === '000000' ? '000001' : '000000'
  expect(await failure(till.call(tillCodesApi).takeSmsProof({ body: { memberCode: member.phone, code: wrong } }))).toBe(
    'members.smsWrong',
  )
  const { memberCode } = await till.call(tillCodesApi).takeSmsProof({ body: { memberCode: member.phone, code } })
  expect(await spends(other, memberCode)).toBe('unknown')
  expect((await buy(till, memberCode, coupon.code)).discount).toBe(500)
  expect(await spends(till, memberCode)).toBe(false)
})

test('a card’s number only earns until the shop says otherwise, and the till is not told the codes of its coupons', async () => {
  const member = await newMember(shop)
  const coupon = await giveCoupon(shop, member.memberId)
  const seen = await identify(till, member.cardNo)
  expect(seen).toMatchObject({ member: { identifiedBy: 'card', spends: false }, coupons: [{ usable: false }] })
  expect(JSON.stringify(seen)).not.toContain(coupon.code)
  expect((await buy(till, member.cardNo)).points?.earned).toBe(50)
  expect(await failure(buy(till, member.cardNo, coupon.code))).toBe('till.couponRefused')
  const [cashier, owner] = [await shop.as('cashier', { stores: ['S01'] }), await shop.as('owner')]
  expect(await failure(cashier.call(tillCodesApi).setTerms({ body: { staticCards: 'spend' } }))).toBe(
    'common.forbidden',
  )
  await owner.call(tillCodesApi).setTerms({ body: { staticCards: 'spend' } })
  expect(await spends(till, member.cardNo)).toBe(true)
  await owner.call(tillCodesApi).setTerms({ body: { staticCards: 'earn' } })
})

test('killed between lock and commit: the coupon is free when the lock ends, and the commit that comes late still tells the truth', async () => {
  const member = await newMember(shop)
  const coupon = await giveCoupon(shop, member.memberId)
  const phone = await codePhone(shop, member)
  const held = { businessDate: today, receiptNo: receiptNo() }
  const lock = (at: Till, memberCode: string, receipt: object, key: string) =>
    at.call(tillApi).lock({
      body: {
        key,
        businessDate: today,
        receiptNo: receiptNo(),
        ...receipt,
        memberCode,
        couponCode: coupon.code,
        lines: [line(1, '50')],
      },
    })
  const code = phone.code()
  await lock(till, code, held, 'lock-of-the-dead')
  seconds(60)
  expect(await failure(lock(other, phone.code(), {}, 'lock-elsewhere-1'))).toBe('coupons.refused')
  seconds(30 * 60)
  await lock(other, phone.code(), {}, 'lock-elsewhere-2')
  const late = till.call(tillApi).commit({
    body: {
      key: 'commit-of-the-dead',
      ...held,
      businessAt: now,
      memberCode: code,
      couponCode: coupon.code,
      lines: [line(1, '50')],
    },
  })
  expect(await failure(late)).toMatch(/Refused|refused|noMember/)
})

test('换会员: another member is quoted anew, and what was held for the first is free with it', async () => {
  const [ann, bob] = [await newMember(shop), await newMember(shop)]
  const [hers, his] = [await giveCoupon(shop, ann.memberId), await giveCoupon(shop, bob.memberId, { amountOff: 800 })]
  const [annPhone, bobPhone] = [await codePhone(shop, ann), await codePhone(shop, bob)]
  const receipt = { businessDate: today, receiptNo: receiptNo() }
  const lines = [line(1, '50')]
  const lock = (memberCode: string, couponCode: string, key: string) =>
    till.call(tillApi).lock({ body: { key, ...receipt, memberCode, couponCode, lines } })
  expect((await lock(annPhone.code(), hers.code, 'lock-for-ann')).quote.payable).toBe(4500)
  expect((await lock(bobPhone.code(), his.code, 'lock-for-bob')).quote.payable).toBe(4200)
  expect((await shop.modules.coupons.byCode(shop.db, hers.code))?.state).toBe('issued')
  const sold = await till.call(tillApi).commit({
    body: {
      key: 'commit-for-bob',
      ...receipt,
      businessAt: now,
      memberCode: bobPhone.code(),
      couponCode: his.code,
      lines,
    },
  })
  expect(sold).toMatchObject({ payable: 4200, points: { earned: 42 } })
})

test('the cashier greets by tier, and by birthday whoever has shown a code of their own', async () => {
  const member = await newMember(shop, { name: '孙阿姨' })
  const phone = await codePhone(shop, member)
  expect(await identify(till, phone.code())).toMatchObject({ member: { tier: null, birthday: null } })
  const tier = (code: string, zh: string, threshold: number) => ({ code, name: { zh, en: code }, threshold })
  const rules = TierRules.parse({
    window: { kind: 'calendar', months: 12 },
    by: 'spend',
    upgrade: 'atOnce',
    downgrade: 'oneStep',
    tiers: [tier('basic', '普卡', 0), tier('silver', '银卡', 100_000)],
  })
  await shop.db
    .insertInto('tier_rules')
    .values({ version: 1, validFrom: '2026-01-01', rulesJson: JSON.stringify(rules), createdAt: shop.clock.now() })
    .execute()
  const { memberId } = member
  const stand = { tier: 'silver', since: '2026-01-01', reviewOn: '2027-01-01', value: 0, rulesVersion: 1 }
  await shop.db
    .insertInto('tier_member')
    .values({ memberId, ...stand, computedAt: shop.clock.now() })
    .execute()
  await member.call(membersApi).updateMe({ body: { birthday: '1969-11-30' } })
  seconds(60)
  const silver = { zh: '银卡', en: 'silver' }
  expect(await identify(till, phone.code())).toMatchObject({ member: { tier: silver, birthday: 'month' } })
  // A phone that is only spoken proves nobody.
  expect(await identify(till, member.phone)).toMatchObject({ member: { tier: silver, birthday: null, spends: false } })
  shop.clock.set('2026-11-30T04:00:00.000Z')
  expect(await identify(till, phone.code())).toMatchObject({ member: { birthday: 'day' } })
})
