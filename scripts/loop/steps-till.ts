import { decimalText, tenThousandths } from './csv.ts'
import type { Fact } from './facts.ts'
import { HttpError, till as tillAt, type Call } from '../callers.ts'
import { importAll } from './import.ts'
import { comparePoints } from './people.ts'
import { businessDate, fen, nightFile, yuanOf, type BasketLine, type Sale } from './night-file.ts'
import type { CampaignOutcome } from './steps-campaign.ts'
import type { Person, Story } from './story.ts'

interface Committed {
  docKey: string
  documentId: string
  discount: number
  payable: number
  shares: { lineNo: number; net: string }[]
  points: { earned: number; balance: number } | null
}

/** Fen of a discount for each line, in proportion to the lines, the largest remainders first: our own reckoning. */
export function share(discount: number, nets: readonly number[]): number[] {
  const total = nets.reduce((sum, net) => sum + net, 0)
  const cut = nets.map(net => Math.floor((discount * net) / total))
  const left = discount - cut.reduce((sum, n) => sum + n, 0)
  const order = nets
    .map((net, i) => ({ i, rest: (discount * net) % total }))
    .sort((a, b) => b.rest - a.rest || a.i - b.i)
  for (const { i } of order.slice(0, left)) cut[i] = (cut[i] ?? 0) + 1
  return cut
}

/** Step 5: coupons at the till, the night's file with the same sales, and goods that come back. */
export async function playTill(
  story: Story,
  { couponTemplateId, audience }: CampaignOutcome,
  count: number,
  back: number,
): Promise<void> {
  const { checks, owner, instance, watch, data } = story
  checks.step(5, '收银核销与退货', 'coupons at the till, the same sales in the night’s file, and returns')
  const tillCode = 'L9'
  const { till, key } = await owner.call<{ till: { tillId: string }; key: string }>('POST', '/api/admin/tills', {
    storeCode: data.store,
    tillCode,
    name: 'loop',
  })
  // The people of the loop have cards, not phones: this shop lets a card's number spend.
  await owner.call('PUT', '/api/admin/till-terms', { staticCards: 'spend' })
  const api = tillAt(instance.server, till.tillId, key)
  const forged = await tillAt(instance.server, till.tillId, `${key}x`)('POST', '/api/till/identify', {
    code: '1',
  }).catch((error: unknown) => error)
  checks.holds('a wrong signature is refused', forged instanceof HttpError && forged.status === 401, String(forged))

  const before = await watch.totals()
  const products = goodsOf(data.facts.values())
  const sales: Sale[] = []
  for (const [i, person] of audience.slice(0, count).entries()) {
    sales.push(await sell(story, api, { person, couponTemplateId, products, i }))
  }
  checks.same('coupons redeemed', sales.length, count)
  await watch.drained(120)
  const sold = sales.reduce((sum, sale) => sum + sale.paid.reduce((a, b) => a + b, 0), 0)
  const afterTill = await watch.totals()
  checks.same('documents after the till', afterTill.documents, before.documents + count)
  checks.same('net after the till', decimalText(afterTill.net), decimalText(before.net + BigInt(sold) * 100n))
  await comparePoints(story, 'points after the till')

  await importAll(story, [nightFile(story, 'night-1.csv', tillCode, sales, [])])
  const afterNight = await watch.totals()
  // Three sales of the file were rung up by a till that does not talk to us.
  checks.same('documents after the night’s file', afterNight.documents, afterTill.documents + 3)
  checks.same(
    'net after the night’s file',
    decimalText(afterNight.net),
    decimalText(afterTill.net + 3n * tenThousandths('10')),
  )
  checks.same('quarantined', afterNight.quarantined, 0)
  await comparePoints(story, 'points after the night’s file')

  const returned = sales.slice(0, back)
  const partly = sales.slice(back, back + 2)
  for (const sale of returned) await takeBack(story, api, sale, false)
  for (const sale of partly) await takeBack(story, api, sale, true)
  await watch.drained(120)
  await comparePoints(story, 'points after the returns')
  await importAll(story, [
    nightFile(
      story,
      'night-2.csv',
      tillCode,
      [],
      [
        ...returned.map(sale => ({ sale, lines: sale.lines })),
        ...partly.map(sale => ({ sale, lines: sale.lines.slice(0, 1) })),
      ],
    ),
  ])
  const end = await watch.totals()
  const refunds = [...returned.flatMap(sale => sale.paid), ...partly.map(sale => sale.paid[0] ?? 0)].reduce(
    (a, b) => a + b,
    0,
  )
  checks.same('documents in the end', end.documents, afterNight.documents + back + partly.length)
  checks.same('net in the end', decimalText(end.net), decimalText(afterNight.net - BigInt(refunds) * 100n))
  await comparePoints(story, 'points in the end')
  await checkCoupons(story, couponTemplateId, { audience: audience.length, redeemed: count - back })
}

/** Two codes of the files that are goods and nothing else. */
function goodsOf(facts: Iterable<Fact>): string[] {
  const codes = new Set<string>()
  for (const fact of facts) {
    if (fact.type !== 'sale' || fact.goods !== fact.net || fact.goods === 0n) continue
    for (const product of fact.products) if (fact.products.length === 1) codes.add(product)
    if (codes.size >= 2) break
  }
  return [...codes].slice(0, 2)
}

interface Selling {
  person: Person
  couponTemplateId: string
  products: string[]
  i: number
}

async function sell(story: Story, api: Call, { person, couponTemplateId, products, i }: Selling): Promise<Sale> {
  const { points } = story
  const { items } = await person.shop<{ items: { couponId: string; code: string; templateId: string }[] }>(
    'GET',
    '/api/shop/me/coupons',
  )
  const coupon = items.find(item => item.templateId === couponTemplateId)
  if (coupon === undefined) throw new Error(`${person.cardNo} has no coupon`)
  const line = (lineNo: number, amount: number): BasketLine => ({
    lineNo,
    productCode: products[(lineNo - 1) % products.length] ?? '',
    name: `商品${lineNo}`,
    quantity: '1',
    unit: '个',
    unitPrice: yuanOf(amount),
    net: yuanOf(amount),
  })
  const lines = [line(1, 2500 + i * 37), line(2, 1888), line(3, 333 + i)]
  const receipt = { businessDate: businessDate(), receiptNo: `T${String(i + 1).padStart(4, '0')}` }
  const basket = { ...receipt, memberCode: person.memberCard, couponCode: coupon.code, lines }
  const nets = lines.map(each => fen(each.net))
  const off = share(500, nets)
  const paid = nets.map((net, n) => net - (off[n] ?? 0))
  const payable = paid.reduce((a, b) => a + b, 0)

  await api('POST', '/api/till/locks', { key: `lock-${receipt.receiptNo}`, ...basket })
  if (i % 10 === 3) {
    // The shopper walks away, and comes back to pay after all.
    await api('POST', '/api/till/cancellations', { key: `cancel-${receipt.receiptNo}`, ...receipt })
    const wallet = await person.shop<{ items: { code: string; state: string }[] }>('GET', '/api/shop/me/coupons')
    if (wallet.items.find(item => item.code === coupon.code)?.state !== 'usable')
      throw new Error('a cancelled sale did not release its coupon')
    receipt.receiptNo += 'B'
    await api('POST', '/api/till/locks', { key: `lock-${receipt.receiptNo}`, ...basket, ...receipt })
  }
  const body = {
    key: `sale-${receipt.receiptNo}`,
    ...basket,
    ...receipt,
    businessAt: new Date().toISOString(),
    payments: [{ method: '微信支付', amount: yuanOf(payable) }],
  }
  const committed = await api<Committed>('POST', '/api/till/sales', body)
  const again = await api<Committed>('POST', '/api/till/sales', body)
  if (again.documentId !== committed.documentId) throw new Error('a repeated commit made a second sale')
  const told = committed.shares.map(each => fen(each.net))
  if (committed.payable !== payable || told.join() !== paid.join())
    throw new Error(`the till says ${told.join()} (${committed.payable}), we reckon ${paid.join()} (${payable})`)
  const earned = Math.floor(payable / 100)
  if (committed.points?.earned !== earned)
    throw new Error(`the till prints ${committed.points?.earned} points, we reckon ${earned}`)
  points.set(person.memberId, (points.get(person.memberId) ?? 0) + earned)
  return { person, receiptNo: receipt.receiptNo, coupon, lines, paid }
}

async function takeBack({ points }: Story, api: Call, sale: Sale, onlyFirstLine: boolean): Promise<void> {
  const whole = sale.paid.reduce((a, b) => a + b, 0)
  const refund = onlyFirstLine ? (sale.paid[0] ?? 0) : whole
  const date = businessDate()
  const answer = await api<{ refund: number; full: boolean; coupon: { outcome: string } | null }>(
    'POST',
    '/api/till/returns',
    {
      key: `return-${sale.receiptNo}`,
      businessDate: date,
      receiptNo: `R${sale.receiptNo}`,
      businessAt: new Date().toISOString(),
      original: { businessDate: date, receiptNo: sale.receiptNo },
      ...(onlyFirstLine ? { lines: [{ lineNo: 1, quantity: '1' }] } : {}),
    },
  )
  const outcome = onlyFirstLine ? 'kept' : 'restored'
  if (answer.refund !== refund || answer.full === onlyFirstLine || answer.coupon?.outcome !== outcome)
    throw new Error(`return of ${sale.receiptNo}: ${JSON.stringify(answer)}, we reckon ${refund}, ${outcome}`)
  // As if what came back had never been bought: the points of the rest are reckoned anew.
  const taken = Math.floor(whole / 100) - Math.floor((whole - refund) / 100)
  points.set(sale.person.memberId, (points.get(sale.person.memberId) ?? 0) - taken)
}

async function checkCoupons(
  { owner, checks }: Story,
  couponTemplateId: string,
  expected: { audience: number; redeemed: number },
): Promise<void> {
  const { counts } = await owner.call<{ counts: Record<string, number> }>(
    'GET',
    `/api/admin/coupon-templates/${couponTemplateId}`,
  )
  checks.same('coupons issued in all', counts['issued'], expected.audience)
  checks.same('coupons redeemed in the end', counts['redeemed'], expected.redeemed)
  checks.same('coupons usable again or still', counts['usable'], expected.audience - expected.redeemed)
  checks.same('coupons locked', counts['locked'], 0)
  checks.same('taken off by coupons, fen', counts['discount'], expected.redeemed * 500)
}
