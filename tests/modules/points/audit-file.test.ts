import { createHash } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTransaction } from '../../../server/kernel/db.ts'
import { pointsApi } from '../../../server/modules/points/contract.ts'
import { staffApi } from '../../../server/modules/staff/contract.ts'
import type { StaffUser } from '../../support/world.ts'
import { newMember, shopWithPeople, type ShopWithPeople } from '../members/shoppers.ts'
import { settle, stockShelf, writeReceipt } from './receipts.ts'

// The accountant has nothing but the file: balances are added up from it, and each line names what stands behind it.
let shop: ShopWithPeople
let owner: StaffUser
let agent: StaffUser
beforeAll(async () => {
  shop = await shopWithPeople()
  owner = await shop.as('owner', { name: '店主' })
  agent = await shop.as('agent', { name: '小陈' })
  await stockShelf(shop)
})
afterAll(() => shop.close())

const doc = (n: number): string => `F${n}`.padEnd(26, '0')

/** The rows of a CSV by their headings; the texts here hold no quotes. */
async function table(user: StaffUser, path: string): Promise<Record<string, string>[]> {
  const reply = await fetch(`${shop.url}/api${path}`, {
    headers: { cookie: user.session.cookie, 'accept-language': 'zh' },
  })
  if (!reply.ok) throw new Error(String(reply.status))
  const [head = '', ...lines] = (await reply.text()).replace('\uFEFF', '').trim().split('\r\n')
  const names = head.split(',')
  return lines.map(line =>
    Object.fromEntries(line.split(',').map((cell, i) => [names[i] ?? '', cell.replace(/^'/, '')])),
  )
}

test('a balance is followed to receipts, rules, lots and people in one file, and adds up again', async () => {
  const { memberId, cardNo } = await newMember(shop)
  const desk = owner.call(pointsApi)
  await desk.changeRules({ body: { adjustLimit: 100 } })
  await writeReceipt(shop, { id: doc(1), memberId, lines: [{ product: 'rice', net: '80' }] })
  await settle(shop, [doc(1)])
  await inTransaction(shop.db, tx => shop.modules.points.spend(tx, { key: 'mall-file', memberId, points: 30 }))
  await agent
    .call(pointsApi)
    .adjust({ params: { memberId }, body: { key: 'adjust-file', amount: 500, reason: '补偿断货' } })
  const [request] = (await desk.requests({ query: { state: 'waiting' } })).items
  await desk.approve({ params: { requestId: request?.requestId ?? '' }, body: {} })
  await inTransaction(shop.db, tx =>
    shop.modules.points.giveBack(tx, { key: 'mall-file-back', spendKey: 'mall-file', points: 10 }),
  )

  const rows = await table(owner, `/admin/members/${memberId}/points/ledger/file`)
  expect(rows.map(row => [row['事由'], row['变动'], row['余额']])).toEqual([
    ['消费', '80', '80'],
    ['使用', '-30', '50'],
    ['人工调整', '500', '550'],
    ['退回', '10', '560'],
  ])
  const [sale, spent, adjusted, back] = rows
  expect(sale).toMatchObject({ 会员卡号: cardNo, 小票或来源: doc(1), 积分规则版本: '0', 经手人: '系统' })
  expect(sale?.['批次']).toMatch(/^产生 80 \[2026-11-20 – 永久\] /)
  expect(spent?.['批次']).toMatch(/^扣减 30 /)
  expect(spent?.['批次']?.slice(-26)).toBe(sale?.['批次']?.slice(-26))
  expect(adjusted).toMatchObject({ 经手人: '小陈', 审批人: '店主', 说明: '补偿断货' })
  expect(back).toMatchObject({ 对应流水序号: '2', 业务编号: 'mall-file-back' })
  // Added up again, line by line, and the hashes hang together.
  let sum = 0
  for (const [i, row] of rows.entries()) {
    sum += Number(row['可用']) + Number(row['待生效']) - Number(row['欠积分'])
    expect(Number(row['余额'])).toBe(sum)
    expect(row['上一笔哈希']).toBe(rows[i - 1]?.['本笔哈希'] ?? '')
    expect(row['本笔哈希']).toHaveLength(createHash('sha256').digest('hex').length)
  }
  // On the screen the same: who did it and who agreed, by name.
  const [, entry] = (await desk.entries({ params: { memberId }, query: {} })).items
  expect(await desk.explainEntry({ params: { memberId, entryId: entry?.entryId ?? '' } })).toMatchObject({
    by: { name: '小陈' },
    approvedBy: { name: '店主' },
  })
})

test('a sample is drawn by a word: the same for everybody, whole chains, of the whole chain only, and it is written down', async () => {
  for (let i = 0; i < 6; i++) {
    const { memberId } = await newMember(shop)
    await inTransaction(shop.db, tx =>
      shop.modules.points.grant(tx, [{ key: `sample-${i}`, memberId, points: 10 + i }]),
    )
  }
  const path = '/admin/points/sample/file?members=3&word='
  const first = await table(owner, `${path}${encodeURIComponent('二〇二六')}`)
  expect(new Set(first.map(row => row['会员卡号'])).size).toBe(3)
  const finance = await shop.as('finance')
  expect(await table(finance, `${path}${encodeURIComponent('二〇二六')}`)).toEqual(first)
  const other = await table(owner, `${path}other`)
  expect(other.map(row => row['会员卡号'])).not.toEqual(first.map(row => row['会员卡号']))
  for (const row of first)
    expect(first.some(one => one['会员卡号'] === row['会员卡号'] && one['序号'] === '1')).toBe(true)
  await expect(table(agent, `${path}x`)).rejects.toThrow('403')
  await expect(table(await shop.as('finance', { stores: ['S01'] }), `${path}x`)).rejects.toThrow('403')
  const audit = await owner.call(staffApi).audit({ query: { action: 'points.ledgerFile' } })
  expect(audit.items.length).toBeGreaterThanOrEqual(3)
})
