import { shopInstant } from '../../../kernel/clock.ts'
import type { RowProblem } from '../../erp/index.ts'
import type { Mapping } from '../../erp/contract.ts'
import { DocumentType } from '../contract.ts'
import type { Document, Line, MemberRef } from './document.ts'
import type { Head, LineCells, SalesRow } from './parser.ts'

interface Packed {
  readonly h: readonly Head[]
  readonly l: readonly LineCells[]
}

const sameHead = (a: Head, b: Head): boolean => {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

/** Rows of one document as JSON: what they say alike is kept once. */
export const packRows = (rows: readonly SalesRow[]): string => JSON.stringify(packed(rows))

function packed(rows: readonly SalesRow[]): Packed {
  const heads: Head[] = []
  for (const { head } of rows) {
    const last = heads.at(-1)
    if (last === undefined || !sameHead(last, head)) heads.push(head)
  }
  return { h: heads, l: rows.map(row => row.line) }
}

type Assembled = { readonly document: Document } | { readonly problems: readonly RowProblem[] }

/** The document of all its stretches; or why its rows cannot be one document. */
export const assembleDocument = (docKey: string, packs: readonly string[], mapping: Mapping, zone: string): Assembled =>
  assemblePacked(
    docKey,
    packs.map(pack => JSON.parse(pack) as Packed),
    mapping,
    zone,
  )

/** The document of all its rows; or why they cannot be one document. */
export const assembleRows = (docKey: string, rows: readonly SalesRow[], mapping: Mapping, zone: string): Assembled =>
  assemblePacked(docKey, [packed(rows)], mapping, zone)

function assemblePacked(docKey: string, packed: readonly Packed[], mapping: Mapping, zone: string): Assembled {
  const heads = packed.length === 1 ? (packed[0]?.h ?? []) : packed.flatMap(pack => pack.h)
  const cells = inOrder(packed.length === 1 ? (packed[0]?.l ?? []) : packed.flatMap(pack => pack.l))
  const first = heads[0]
  if (first === undefined) return { problems: [{ field: 'receiptNo', reason: 'missingValue', value: null }] }
  const say = (at: number): string =>
    heads.length === 1 ? (first[at] ?? '') : (heads.find(head => head[at] !== '')?.[at] ?? '')
  const conflict = conflictOf(heads)
  if (conflict !== null) return { problems: [conflict] }
  const stated = say(4)
  const type = typeBySigns(stated, cells, mapping)
  if (typeof type !== 'string') return { problems: [type] }
  const local =
    heads.length === 1
      ? first[5]
      : heads
          .map(head => head[5])
          .filter(Boolean)
          .sort()[0]
  const businessAt = shopInstant(local ?? '', zone)
  if (businessAt === null) return { problems: [{ field: 'businessAt', reason: 'badTime', value: local ?? null }] }
  const lines = cells.map(cell => lineOf(cell, type === 'return' && mapping.signs === 'returnsPositive'))
  return {
    document: {
      docKey,
      storeCode: first[0],
      tillCode: first[1],
      businessDate: first[2],
      receiptNo: first[3],
      type,
      status: say(14) === 'void' || type === 'void' ? 'void' : 'confirmed',
      businessAt,
      channel: say(9) || 'store',
      cashier: say(8) || null,
      corporate: say(10) === '1',
      memberRef: memberOf(heads),
      payments: paymentsOf(heads, lines),
      originalDocKey: say(13) || null,
      lines,
    },
  }
}

/** By the file's own line numbers where every line has a different one, else as the lines stand in the file. */
function inOrder(cells: readonly LineCells[]): readonly LineCells[] {
  const numbers = new Set(cells.map(cell => cell[0]))
  if (numbers.size !== cells.length || numbers.has(0)) return cells
  return cells.every((cell, i) => i === 0 || cell[0] > (cells[i - 1]?.[0] ?? 0))
    ? cells
    : cells.toSorted((a, b) => a[0] - b[0])
}

function conflictOf(heads: readonly Head[]): RowProblem | null {
  if (heads.length === 1) return null
  const members = new Set(heads.map(head => head[7]).filter(Boolean))
  if (members.size > 1)
    return { field: 'memberCard', reason: 'memberConflict', value: [...members].join(' / ').slice(0, 120) }
  const types = new Set(heads.map(head => head[4]).filter(Boolean))
  if (types.size > 1) return { field: 'type', reason: 'headerConflict', value: [...types].join(' / ') }
  return null
}

/** The stated type, if the signs do not contradict it; else what the signs say. */
function typeBySigns(stated: string, cells: readonly LineCells[], mapping: Mapping): Document['type'] | RowProblem {
  const negative = cells.filter(cell => cell[3] < 0).length
  const positive = cells.filter(cell => cell[3] > 0).length
  const sign = (value: string, type: string): RowProblem => ({
    field: 'quantity',
    reason: 'signConflict',
    value,
    details: { type },
  })
  const type = DocumentType.safeParse(stated)
  if (type.success) {
    const turned = mapping.signs === 'returnsPositive'
    if (type.data === 'sale' && negative > 0 && positive === 0) return sign('−', stated)
    if (type.data === 'return' && (turned ? negative : positive) > 0 && (turned ? positive : negative) === 0)
      return sign(turned ? '−' : '+', stated)
    return type.data
  }
  if (negative === 0) return 'sale'
  if (positive > 0) return 'exchange'
  return mapping.negativeDocuments === 'quarantine' ? sign('−', 'sale') : mapping.negativeDocuments
}

function lineOf(cell: LineCells, turn: boolean): Line {
  const [, productCode, name, quantity, unit, unitPrice, discount, net, isGift, promotionCode, kind] = cell
  const turned = (value: number): number => (turn && value !== 0 ? -value : value)
  return {
    productCode,
    name,
    quantity: turned(quantity),
    unit: unit === '' ? null : unit,
    unitPrice,
    discount: turned(discount),
    net: turned(net),
    isGift: isGift === 1,
    promotionCode: promotionCode === '' ? null : promotionCode,
    kind: kind === '' ? null : kind,
  }
}

function memberOf(heads: readonly Head[]): MemberRef | null {
  const head = heads.find(one => one[7] !== '')
  const kind = head?.[6]
  return head !== undefined && (kind === 'card' || kind === 'phone' || kind === 'erp') ? { kind, value: head[7] } : null
}

/** Stated amounts by method; a single method without an amount has paid the whole. */
function paymentsOf(heads: readonly Head[], lines: readonly Line[]): Document['payments'] {
  const stated = new Map<string, number>()
  for (const head of heads) if (head[11] !== '') stated.set(head[11], head[12] === '' ? 0 : Number(head[12]))
  if (stated.size === 0) return []
  const net = lines.reduce((sum, line) => sum + line.net, 0)
  if ([...stated.values()].some(amount => amount !== 0))
    return [...stated].map(([method, amount]) => ({ method, amount }))
  return [{ method: [...stated.keys()].join('+'), amount: net }]
}
