import { z } from 'zod'

/** Where a field's text comes from: a column of the file, or the same text for every row; then put through a value map. */
export const FieldMapping = z.object({
  column: z.string().max(200).optional(),
  constant: z.string().max(200).optional(),
  /** What the file says → what we say, e.g. { 退: 'return' }. */
  values: z.record(z.string(), z.string()).optional(),
})
export type FieldMapping = z.output<typeof FieldMapping>

/** A regular expression as text. */
export const Pattern = z.string().max(500).refine(isPattern, 'not a regular expression')

/** A form of dates names year, month and day, each part once. */
const DateForm = z
  .string()
  .max(40)
  .refine(form => {
    const parts = form.match(/([yMdHms])\1*/g)?.map(part => part.charAt(0)) ?? []
    return new Set(parts).size === parts.length && ['y', 'M', 'd'].every(part => parts.includes(part))
  }, 'needs y, M and d, each once')

function isPattern(text: string): boolean {
  try {
    return new RegExp(text, 'u') instanceof RegExp
  } catch {
    return false
  }
}

/**
 * How one kind of file is read: saved with a source, frozen into each import. The rules below `fields` are used by the
 * streams that know them (documentTypes and amounts by sales, productKinds by sales and products).
 */
export const Mapping = z.object({
  stream: z.string().max(20),
  encoding: z.enum(['auto', 'utf-8', 'gb18030']).default('auto'),
  delimiter: z.enum(['auto', ',', ';', '\t', '|']).default('auto'),
  /** The line of the file that holds the column names, from 1. */
  headerLine: z.int().min(1).max(50).default(1),
  fields: z.record(z.string(), FieldMapping),
  /** Date forms in order of trial, of y M d H m s with any separators; none = year-month-day in its usual spellings. */
  dateForms: z.array(DateForm).max(5).default([]),
  /** A trailing ".0" of ids is an artefact of a spreadsheet and is cut off ("17850.0" → "17850"). */
  cutDecimalIds: z.boolean().default(true),
  /** Amounts like "¥78.00" are read as numbers; else such rows go to quarantine. */
  cutCurrencySigns: z.boolean().default(false),
  /** The first rule whose pattern fits the field's text gives the document its type. */
  documentTypes: z
    .array(z.object({ field: z.string(), pattern: Pattern, type: z.string() }))
    .max(20)
    .default([]),
  /** What a document without a stated type is when all its quantities are negative. */
  negativeDocuments: z.enum(['return', 'adjustment', 'quarantine']).default('return'),
  /** 'asStated': signs stand as they are; 'returnsPositive': the source writes returns with positive figures. */
  signs: z.enum(['asStated', 'returnsPositive']).default('asStated'),
  /** The first rule whose pattern fits the product code gives its kind to a product that we meet for the first time. */
  productKinds: z
    .array(z.object({ pattern: Pattern, kind: z.string() }))
    .max(50)
    .default([]),
  /**
   * The line by which a file says what it holds, e.g. "合计,1234,56789.00": its first cell begins with the marker, the
   * others are counted from 1. What differs from what came in shows in 到数.
   */
  trailer: z
    .object({
      marker: z.string().min(1).max(40),
      documentsAt: z.int().min(1).max(200).optional(),
      linesAt: z.int().min(1).max(200).optional(),
      netAt: z.int().min(1).max(200).optional(),
    })
    .nullable()
    .default(null),
})
export type Mapping = z.output<typeof Mapping>
/** A mapping as it is written down, before the defaults are filled in. */
export type MappingInput = z.input<typeof Mapping>
