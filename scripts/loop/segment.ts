import { tenThousandths } from './csv.ts'
import type { CustomerSums } from './facts.ts'
import type { Person, Story } from './story.ts'

const yuan = (value: bigint) => Number(value / 10_000n)

/** Rules drawn from our own figures, so that some are in and some are out by each of the six; and our own judge of them. */
export function rulesFor({ people, points }: Story, sums: ReadonlyMap<string, CustomerSums>) {
  const sumOf = (person: Person) => sums.get(person.cardNo)
  const middle = (values: number[], part: number) => values.sort((a, b) => a - b)[Math.floor(values.length * part)] ?? 0
  const today = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' }).format(new Date())
  const daysAgo = (person: Person) => {
    const last = sumOf(person)?.lastOrder ?? ''
    return last === '' ? undefined : Math.round((Date.parse(today) - Date.parse(last)) / 86_400_000)
  }
  const bought = new Map<string, number>()
  for (const person of people)
    for (const product of sumOf(person)?.products ?? []) bought.set(product, (bought.get(product) ?? 0) + 1)
  const spent =
    middle(
      people.map(person => yuan(sumOf(person)?.net ?? 0n)),
      0.2,
    ) * 100
  const orders = middle(
    people.map(person => sumOf(person)?.orders ?? 0),
    0.6,
  )
  const before = middle(
    people.flatMap(person => daysAgo(person) ?? []),
    0.8,
  )
  const products = [...bought]
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .slice(0, 3)
    .map(([code]) => code)
  const enough = middle([...points.values()], 0.75)
  const rules = {
    all: [{ kind: 'spent', compare: 'atLeast', fen: spent, days: null }, { kind: 'follows' }],
    any: [
      { kind: 'orders', compare: 'atLeast', count: orders, days: null },
      { kind: 'bought', what: 'product', codes: products, days: null },
      { kind: 'points', compare: 'atLeast', points: enough },
    ],
    none: [{ kind: 'lastOrder', compare: 'before', days: before }],
  }
  const isIn = (person: Person): boolean => {
    const sum = sumOf(person)
    const anyOf =
      (sum?.orders ?? 0) >= orders ||
      products.some(product => sum?.products.has(product)) ||
      (points.get(person.memberId) ?? 0) >= enough
    return (sum?.net ?? 0n) >= tenThousandths(String(spent / 100)) && anyOf && !((daysAgo(person) ?? -1) > before)
  }
  return { rules, isIn }
}
