/** The home stores of the members. */
export const STORES: readonly string[] = Array.from({ length: 40 }, (_, n) => `S${String(n + 1).padStart(2, '0')}`)

/** The place of a member's home store. */
export const storeOf = (n: number): number => (n * 31 + Math.floor(n / 97)) % STORES.length

/** A card of the old system. */
export const cardOf = (n: number): string => `OLD${String(n).padStart(8, '0')}`

/** What the old system owed it: some owe themselves, some nothing. */
export const pointsOf = (n: number): number => (n % 500 === 0 ? -37 : n % 11 === 0 ? 0 : 1 + ((n * 7919) % 4999))

const id = (n: number): string => `M${String(n).padStart(25, '0')}`
const AT = '2026-01-15 04:00:00.000'
type Row = Record<string, string | number | null>

/** So many members, each with the card of the old system bound to them. */
export const memberTables = (members: number): Record<string, () => Generator<Row>> => ({
  *member() {
    for (let n = 0; n < members; n++)
      yield {
        id: id(n),
        state: 'active',
        cardNo: String(n).padStart(20, '0'),
        homeStoreCode: STORES[storeOf(n)] ?? null,
        source: 'paper',
        termsVersion: '1',
        termsAcceptedAt: AT,
        enrolledAt: AT,
        updatedAt: AT,
      }
  },
  *card() {
    for (let n = 0; n < members; n++)
      yield {
        cardNo: cardOf(n),
        memberId: id(n),
        boundAt: AT,
        state: 'bound',
        balancePoints: 0,
        contentHash: '',
        importedAt: AT,
      }
  },
})
