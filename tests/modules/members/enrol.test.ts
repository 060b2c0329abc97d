import { afterAll, beforeAll, expect, test } from 'vitest'
import { membersApi } from '../../../server/modules/members/contract.ts'
import { isCardNo, kindOfDigits, newCardNo } from '../../../server/modules/members/service/card-number.ts'
import { importCards } from './card-file.ts'
import { newPhone, shopper, shopWithPeople, type Shopper, type ShopWithPeople } from './shoppers.ts'

let shop: ShopWithPeople
beforeAll(async () => {
  shop = await shopWithPeople()
})
afterAll(() => shop.close())

const members = async (): Promise<number> => (await shop.db.selectFrom('member').select('id').execute()).length
const code = (value: unknown): string => (value as { code: string }).code
const failure = (work: Promise<unknown>): Promise<string> => work.then(() => 'no failure', code)

/** Asks for a code and reads it on the phone. */
async function smsCode(person: Shopper, phone: string): Promise<string> {
  await person.call(membersApi).sendSmsCode({ body: { phone } })
  return /\d{6}/.exec(shop.sandbox.world.sms.find(sms => sms.phone === phone)?.text ?? '')?.[0] ?? ''
}

test('a guest is no member; opening a card makes one, with the consents exactly as ticked', async () => {
  const person = await shopper(shop)
  expect(await person.call(membersApi).me({})).toEqual({ member: null })
  const enrolled = await person.enrol({ name: '王小明', storeCode: 'S01', grant: ['marketing/wechat'] })
  expect(enrolled).toMatchObject({
    outcome: 'enrolled',
    member: { name: '王**', phone: `154****${person.phone.slice(-4)}`, homeStore: 'S01', enrolledStore: 'S01' },
    oldCards: [],
  })
  const { items, history } = await person.call(membersApi).myConsents({})
  expect(items.filter(item => item.granted).map(item => `${item.purpose}/${item.channel}`)).toEqual([
    'marketing/wechat',
  ])
  expect(history).toHaveLength(3)
})

test('silence is no consent: a question left out is refused, and so are old terms', async () => {
  const person = await shopper(shop)
  const phone = { by: 'wechat' as const, code: person.phoneCode() }
  const { version } = await person.call(membersApi).terms({})
  const before = await members()
  expect(
    await failure(
      person.call(membersApi).enrol({
        body: {
          termsVersion: version,
          phone,
          consents: [{ purpose: 'marketing', channel: 'wechat', granted: true }],
        },
      }),
    ),
  ).toBe('members.consentsIncomplete')
  expect(await failure(person.call(membersApi).enrol({ body: { termsVersion: '2019', phone, consents: [] } }))).toBe(
    'members.termsOutdated',
  )
  expect(await members()).toBe(before)
})

test('a card number is 20 digits that no payment code, scale label or goods code can be taken for', () => {
  for (let i = 0; i < 500; i++) {
    const cardNo = newCardNo()
    expect(cardNo).toMatch(/^98\d{18}$/)
    expect(kindOfDigits(cardNo)).toBe('member')
    const wrong = `${cardNo.slice(0, 7)}${(Number(cardNo[7]) + 1) % 10}${cardNo.slice(8)}`
    expect(isCardNo(wrong)).toBe(false)
  }
  expect(['134567890123456789', '2880123456789012', '6901234567892', '2100123004567'].map(kindOfDigits)).toEqual([
    'paymentCode',
    'paymentCode',
    'goods',
    'goods',
  ])
})

test('twelve taps at once make one member, by the unique indexes on phone and openid', async () => {
  const person = await shopper(shop)
  const before = await members()
  const answers = await Promise.all(Array.from({ length: 12 }, () => person.enrol()))
  expect(new Set(answers.map(answer => (answer.outcome === 'enrolled' ? answer.member.memberId : 'claim'))).size).toBe(
    1,
  )
  expect(await members()).toBe(before + 1)
  const ids = await shop.db
    .selectFrom('member_identity')
    .innerJoin('member', 'member.id', 'memberId')
    .select('value')
    .where('phoneHash', '=', shop.modules.members.phoneHash(person.phone))
    .where('kind', '=', 'openid')
    .execute()
  expect(ids).toHaveLength(1)
})

test('people with two phones each, both at once, are one member each, by the unique index on the openid', async () => {
  const { version, consents } = await shop.call(membersApi).terms({})
  const body = {
    termsVersion: version,
    consents: consents.map(({ purpose, channel }) => ({ purpose, channel, granted: false })),
  }
  const before = await members()
  const people = await Promise.all(Array.from({ length: 6 }, () => shopper(shop)))
  const twice = await Promise.all(
    people.map(async person => {
      const phones = [newPhone(), newPhone()]
      const codes = await Promise.all(phones.map(phone => smsCode(person, phone)))
      return { person, wishes: phones.map((phone, i) => ({ by: 'sms' as const, phone, code: codes[i] ?? '' })) }
    }),
  )
  await Promise.all(
    twice.flatMap(({ person, wishes }) =>
      wishes.map(phone => person.call(membersApi).enrol({ body: { ...body, phone } })),
    ),
  )
  expect(await members()).toBe(before + people.length)
})

test('two people with one phone at once: one member, and the other is asked who they are', async () => {
  const phone = newPhone()
  const [a, b] = [await shopper(shop, { phone }), await shopper(shop, { phone })]
  const before = await members()
  const outcomes = (await Promise.all([a.enrol({ name: '王小明' }), b.enrol({ name: '李四' })])).map(
    answer => answer.outcome,
  )
  expect(outcomes.toSorted()).toEqual(['enrolled', 'proofNeeded'])
  expect(await members()).toBe(before + 1)
})

test('one old card of the phone is bound by itself; of two the shopper chooses', async () => {
  const one = await shopper(shop)
  const two = await shopper(shop)
  await importCards(shop, [
    { cardNo: 'A100000001', phone: one.phone, lastUsedOn: '2026-11-01', balancePoints: '120' },
    { cardNo: 'A100000002', phone: two.phone, lastUsedOn: '2026-11-02' },
    { cardNo: 'A100000003', phone: two.phone, lastUsedOn: '2026-11-03' },
  ])
  const bound = await one.enrol()
  expect(
    bound.outcome === 'enrolled' && bound.oldCards.map(card => [card.cardNo, card.state, card.balancePoints]),
  ).toEqual([['A1****0001', 'bound', 120]])

  const chooses = await two.enrol()
  if (chooses.outcome !== 'enrolled') throw new Error('expected a card')
  expect(chooses.oldCards.map(card => card.state)).toEqual(['open', 'open'])
  const { items } = await two.call(membersApi).bindOldCard({ body: { ref: chooses.oldCards[1]?.ref ?? '' } })
  expect(items.map(card => [card.cardNo, card.state])).toEqual([
    ['A1****0003', 'bound'],
    ['A1****0002', 'open'],
  ])
})

test('a card that was silent for a year, or is rich, asks for a second proof and gives up after five wrong answers', async () => {
  const rich = await shopper(shop)
  const silent = await shopper(shop)
  await importCards(shop, [
    {
      cardNo: 'B1',
      phone: rich.phone,
      name: '赵 六',
      balancePoints: '9000',
      lastUsedOn: '2026-11-20',
      lastAmount: '63.40',
    },
    { cardNo: 'B2', phone: silent.phone, name: '孙七', lastUsedOn: '2024-01-01' },
  ])
  const enrolled = await rich.enrol()
  if (enrolled.outcome !== 'enrolled') throw new Error('expected a card')
  expect(enrolled.oldCards).toMatchObject([{ state: 'proofNeeded', ways: ['lastReceipt', 'name'], balancePoints: 0 }])
  const ref = enrolled.oldCards[0]?.ref ?? ''
  const bind = (proof?: { kind: 'lastReceipt'; amount: string; date: string }) =>
    rich.call(membersApi).bindOldCard({ body: { ref, ...(proof === undefined ? {} : { proof }) } })
  expect(await failure(bind())).toBe('members.proofNeeded')
  expect(await failure(bind({ kind: 'lastReceipt', amount: '63.41', date: '2026-11-20' }))).toBe('members.proofWrong')
  expect((await bind({ kind: 'lastReceipt', amount: '63.4', date: '2026-11-20' })).items[0]?.state).toBe('bound')

  const other = await silent.enrol()
  const silentRef = other.outcome === 'enrolled' ? (other.oldCards[0]?.ref ?? '') : ''
  const guess = () =>
    failure(silent.call(membersApi).bindOldCard({ body: { ref: silentRef, proof: { kind: 'name', name: '猜' } } }))
  const answers = await Promise.all(Array.from({ length: 9 }, guess))
  expect(answers.filter(answer => answer === 'members.proofWrong').length).toBeLessThanOrEqual(5)
  expect(
    await failure(
      silent.call(membersApi).bindOldCard({ body: { ref: silentRef, proof: { kind: 'name', name: '孙七' } } }),
    ),
  ).toBe('members.proofBlocked')
})

test('somebody who signed on paper is a member already: the phone button joins them to it', async () => {
  const person = await shopper(shop)
  const first = await importCards(shop, [
    {
      cardNo: 'P1',
      phone: person.phone,
      name: '钱三',
      storeCode: 'S02',
      signedOn: '2026-03-01',
      lastUsedOn: '2026-11-10',
    },
  ])
  expect(first.created).toBe(1)
  const before = await members()
  const enrolled = await person.enrol({ grant: ['marketing/sms'] })
  expect(enrolled).toMatchObject({
    outcome: 'enrolled',
    member: { name: '钱**', enrolledStore: 'S02' },
    oldCards: [{ state: 'bound' }],
  })
  expect(await members()).toBe(before)
  // A second file, and the same one again, change nobody.
  expect(
    await importCards(shop, [
      {
        cardNo: 'P1',
        phone: person.phone,
        name: '钱三',
        storeCode: 'S02',
        signedOn: '2026-03-01',
        lastUsedOn: '2026-11-10',
      },
    ]),
  ).toMatchObject({ same: 1, created: 0, changed: 0 })
  expect(await members()).toBe(before)
})

test('a resold number: the new owner proves nothing, says "not mine", gets a fresh card, and the old member keeps the points but loses the phone', async () => {
  const phone = newPhone()
  await importCards(shop, [{ cardNo: 'R1', phone, name: '周八', signedOn: '2023-03-01', lastUsedOn: '2024-01-01' }])
  const person = await shopper(shop, { phone })
  const asked = await person.enrol()
  if (asked.outcome !== 'proofNeeded') throw new Error('a silent membership was given away')
  expect(asked).toMatchObject({ memberName: '周**', ways: ['name'] })
  expect(
    await failure(
      person.call(membersApi).proveClaim({ params: { claimId: asked.claimId }, body: { kind: 'name', name: '吴九' } }),
    ),
  ).toBe('members.proofWrong')
  const fresh = await person.call(membersApi).declineClaim({ params: { claimId: asked.claimId } })
  expect(fresh).toMatchObject({ outcome: 'enrolled', oldCards: [] })
  const old = await shop.db
    .selectFrom('card')
    .innerJoin('member', 'member.id', 'card.memberId')
    .select(['member.state', 'member.phoneSealed'])
    .where('card.cardNo', '=', 'R1')
    .executeTakeFirstOrThrow()
  expect(old).toEqual({ state: 'active', phoneSealed: null })
  const holder = await shop.modules.members.idsByPhones(shop.db, [phone])
  expect(holder.get(phone)).toBe(fresh.outcome === 'enrolled' ? fresh.member.memberId : '')
})

test('a member with a new WeChat account proves who they are; nothing goes to the old account any more', async () => {
  const phone = newPhone()
  const old = await shopper(shop, { phone })
  const first = await old.enrol({ name: '陆游' })
  const fresh = await shopper(shop, { phone })
  const asked = await fresh.enrol()
  if (asked.outcome !== 'proofNeeded' || first.outcome !== 'enrolled') throw new Error('a membership was given away')
  const params = { claimId: asked.claimId }
  const joined = await fresh.call(membersApi).proveClaim({ params, body: { kind: 'name', name: '陆游' } })
  expect(joined).toMatchObject({ outcome: 'enrolled', member: { memberId: first.member.memberId } })
  expect(await old.call(membersApi).me({})).toEqual({ member: null })
  expect(await failure(fresh.call(membersApi).proveClaim({ params, body: { kind: 'name', name: '陆游' } }))).toBe(
    'members.noClaim',
  )
})

test('a unionid that becomes known later is joined on the way', async () => {
  const person = await shopper(shop)
  const enrolled = await person.enrol()
  const memberId = enrolled.outcome === 'enrolled' ? enrolled.member.memberId : ''
  const identities = () =>
    shop.db.selectFrom('member_identity').select(['kind', 'appId', 'value']).where('memberId', '=', memberId).execute()
  const unionid = (await identities()).find(one => one.kind === 'unionid')?.value ?? null
  await shop.db.deleteFrom('member_identity').where('memberId', '=', memberId).where('kind', '=', 'unionid').execute()
  expect((await person.call(membersApi).me({})).member?.memberId).toBe(memberId)
  expect((await identities()).find(one => one.kind === 'unionid')?.value).toBe(unionid)
  // Another app of the same platform knows the person by the unionid, and keeps the new openid.
  expect(await shop.modules.members.memberIdOf('wx-other-app', 'o-other', unionid)).toBe(memberId)
  expect(await shop.modules.members.memberIdOf('wx-other-app', 'o-other', null)).toBe(memberId)
})

test('cards that arrive after the enrolment are bound too', async () => {
  const person = await shopper(shop)
  await person.enrol()
  await importCards(shop, [{ cardNo: 'L1', phone: person.phone, lastUsedOn: '2026-10-01' }])
  expect((await person.call(membersApi).myOldCards({})).items.map(card => card.state)).toEqual(['bound'])
})

test('an SMS code opens the card where the phone button is refused; it is throttled, guessed at most five times, and used once', async () => {
  const person = await shopper(shop)
  const { phone } = person
  const sent = await person.call(membersApi).sendSmsCode({ body: { phone } })
  expect(sent).toEqual({ expiresInSeconds: 300, retryAfterSeconds: 60 })
  expect(await failure(person.call(membersApi).sendSmsCode({ body: { phone } }))).toBe('members.smsTooOften')
  const right = /\d{6}/.exec(shop.sandbox.world.sms.find(sms => sms.phone === phone)?.text ?? '')?.[0] ?? ''
  const terms = await person.call(membersApi).terms({})
  const consents = terms.consents.map(({ purpose, channel }) => ({ purpose, channel, granted: false }))
  const enrol = (smsCode: string) =>
    person
      .call(membersApi)
      .enrol({ body: { termsVersion: terms.version, consents, phone: { by: 'sms', phone, code: smsCode } } })
  const wrong = right === '000000' ? '111111' : '000000'
  for (let i = 0; i < 4; i++) expect(await failure(enrol(wrong))).toBe('members.smsWrong')
  expect((await enrol(right)).outcome).toBe('enrolled')
  const other = await shopper(shop)
  expect(
    await failure(
      other
        .call(membersApi)
        .enrol({ body: { termsVersion: terms.version, consents, phone: { by: 'sms', phone, code: right } } }),
    ),
  ).toBe('members.smsWrong')
})

test('a code that was guessed at once by many is dead, even for who has it', async () => {
  const person = await shopper(shop)
  const right = await smsCode(person, person.phone)
  const { version, consents } = await shop.call(membersApi).terms({})
  const answers = consents.map(({ purpose, channel }) => ({ purpose, channel, granted: false }))
  const enrol = (code: string) =>
    person
      .call(membersApi)
      .enrol({ body: { termsVersion: version, consents: answers, phone: { by: 'sms', phone: person.phone, code } } })
  const wrong = right === '000000' ? '111111' : '000000'
  await Promise.all(Array.from({ length: 9 }, () => failure(enrol(wrong))))
  expect(await failure(enrol(right))).toBe('members.smsWrong')
})

test('bad rows of a card file say which field and why, and good rows go in', async () => {
  const phone = newPhone()
  const outcome = await importCards(shop, [
    { cardNo: 'Q1', phone, issuedOn: '20150229' },
    { cardNo: '', phone },
    { cardNo: 'Q2', phone: '12345' },
    { cardNo: 'Q3', phone, balancePoints: '¥78.00' },
    { cardNo: 'Q4', phone, balancePoints: '78.0' },
  ])
  expect(outcome.bad.map(bad => bad.reasons)).toEqual([
    ['issuedOn:badDate'],
    ['cardNo:missingValue'],
    ['phone:unknownValue'],
    ['balancePoints:currencySign'],
  ])
  expect(outcome.created).toBe(1)
})
