import { shop } from '../api/index.ts'

// The newest entries cover more receipts than a screen list is ever scrolled through at once.
const newest = 200

/** Points of the newest receipts by document id, returns and corrections included. Rejects with ApiError. */
export async function pointsByReceipt(): Promise<Map<string, number>> {
  const { items } = await shop.points.myEntries({ query: { limit: newest } })
  const sums = new Map<string, number>()
  for (const { documentId, amount } of items) {
    if (documentId) sums.set(documentId, (sums.get(documentId) ?? 0) + amount)
  }
  return sums
}
