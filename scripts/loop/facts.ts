/** A sales document as an independent reading of the raw files knows it; money in ten-thousandths. */
export interface Fact {
  key: string
  store: string
  date: string
  type: 'sale' | 'return' | 'adjustment'
  /** Old card number of the customer, '' for nobody. */
  card: string
  lines: number
  net: bigint
  /** Net of the lines that are goods. */
  goods: bigint
  /** Product codes on it. */
  products: string[]
}

/** One step of reading: a line of a raw file. */
export interface RawLine {
  store: string
  till: string
  date: string
  receiptNo: string
  type: Fact['type']
  card: string
  product: string
  net: bigint
  isGoods: boolean
}

/** Gathers raw lines into documents, keyed by store, till, business date and receipt number. */
export function gatherer(): { add(line: RawLine): void; facts: Map<string, Fact> } {
  const facts = new Map<string, Fact>()
  return {
    facts,
    add: line => {
      const key = `${line.store}|${line.till}|${line.date}|${line.receiptNo}`
      let fact = facts.get(key)
      if (fact === undefined) {
        fact = {
          key,
          store: line.store,
          date: line.date,
          type: line.type,
          card: '',
          lines: 0,
          net: 0n,
          goods: 0n,
          products: [],
        }
        facts.set(key, fact)
      }
      if (line.card !== '') {
        if (fact.card !== '' && fact.card !== line.card) throw new Error(`${key} names two customers`)
        fact.card = line.card
      }
      fact.lines++
      fact.net += line.net
      if (line.isGoods) fact.goods += line.net
      fact.products.push(line.product)
    },
  }
}

/** Points of one document: one a yuan on the net of goods, cut toward zero; an adjustment earns none. */
export const pointsOf = (fact: Pick<Fact, 'goods' | 'type'>): number =>
  fact.type === 'adjustment' ? 0 : Number(fact.goods / 10_000n)

/** What one customer's documents come to. */
export interface CustomerSums {
  points: number
  net: bigint
  orders: number
  lastOrder: string
  products: Set<string>
}

/** Sums per card over all documents. */
export function customerSums(facts: Iterable<Fact>): Map<string, CustomerSums> {
  const sums = new Map<string, CustomerSums>()
  for (const fact of facts) {
    if (fact.card === '') continue
    let sum = sums.get(fact.card)
    if (sum === undefined) {
      sum = { points: 0, net: 0n, orders: 0, lastOrder: '', products: new Set() }
      sums.set(fact.card, sum)
    }
    sum.points += pointsOf(fact)
    sum.net += fact.net
    if (fact.type !== 'sale') continue
    sum.orders++
    if (fact.date > sum.lastOrder) sum.lastOrder = fact.date
    for (const product of fact.products) sum.products.add(product)
  }
  return sums
}

/** Net by month and in all. */
export function monthSums(facts: Iterable<Fact>): Map<string, bigint> {
  const months = new Map<string, bigint>()
  for (const fact of facts) {
    const month = fact.date.slice(0, 7)
    months.set(month, (months.get(month) ?? 0n) + fact.net)
  }
  return months
}
