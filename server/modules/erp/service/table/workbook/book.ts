import { posix } from 'node:path'
import { erpErrors } from '../../../contract.ts'
import { isDateFormat } from './cell.ts'
import type { Parts } from './parts.ts'
import { readXml, type XmlListener } from './xml.ts'

/** What a workbook says of itself: its sheets in the order of their tabs, and how its cells are to be understood. */
export interface Book {
  readonly sheets: readonly { readonly name: string; readonly part: string }[]
  /** The part of the shared texts; null when it has none. */
  readonly texts: string | null
  /** By number of the cell's style: whether it shows dates. */
  readonly dates: readonly boolean[]
  /** Days are counted from 1904. */
  readonly isMac: boolean
}

interface Element {
  /** Its name behind its parent's: "sheets/sheet". */
  readonly path: string
  readonly attributes: Readonly<Record<string, string>>
}

/** Reads the parts that tell where the sheets are; throws erp.notWorkbook when there are none (ECMA-376 §12.3). */
export async function readBook(parts: Parts): Promise<Book> {
  const main = (await relations(parts, '')).find(({ type }) => type === 'officeDocument')?.part ?? 'xl/workbook.xml'
  if (!parts.has(main) || !main.endsWith('.xml')) throw erpErrors.notWorkbook()
  const all = await relations(parts, main)
  const partOf = (type: string): string | null =>
    all.find(one => one.type === type && parts.has(one.part))?.part ?? null
  const elements = await elementsOf(parts, main)
  const sheets = elements
    .filter(({ path }) => path === 'sheets/sheet')
    .flatMap(({ attributes: { name = '', id = '' } }) => {
      const found = all.find(one => one.id === id && one.type === 'worksheet' && parts.has(one.part))
      return found === undefined ? [] : [{ name, part: found.part }]
    })
  if (sheets.length === 0) throw erpErrors.notWorkbook()
  const styles = partOf('styles')
  return {
    sheets,
    texts: partOf('sharedStrings'),
    dates: styles === null ? [] : dateStyles(await elementsOf(parts, styles)),
    isMac: elements.some(
      ({ path, attributes: { date1904 } }) =>
        path === 'workbook/workbookPr' && (date1904 === '1' || date1904 === 'true'),
    ),
  }
}

/** What a part leads to; the last word of a relation's type tells what it is, in both dialects of the standard. */
async function relations(parts: Parts, of: string): Promise<{ id: string; type: string; part: string }[]> {
  const folder = posix.dirname(of)
  const name = posix.join(folder, '_rels', `${posix.basename(of)}.rels`)
  if (!parts.has(name)) return []
  return (await elementsOf(parts, name))
    .filter(({ path }) => path === 'Relationships/Relationship')
    .map(({ attributes: { Id = '', Type = '', Target = '' } }) => ({
      id: Id,
      type: Type.slice(Type.lastIndexOf('/') + 1),
      part: posix.join(folder, Target.startsWith('/') ? posix.relative(`/${folder}`, Target) : Target),
    }))
}

/** Whether each style of a cell shows dates. */
function dateStyles(elements: readonly Element[]): boolean[] {
  const codes = new Map(
    elements
      .filter(({ path }) => path === 'numFmts/numFmt')
      .map(({ attributes: { numFmtId, formatCode } }) => [numFmtId, formatCode]),
  )
  return elements
    .filter(({ path }) => path === 'cellXfs/xf')
    .map(({ attributes: { numFmtId } }) => isDateFormat(Number(numFmtId), codes.get(numFmtId)))
}

/** Elements of a part that is small in every workbook. */
const MOST_ELEMENTS = 200_000

async function elementsOf(parts: Parts, name: string): Promise<Element[]> {
  const elements: Element[] = []
  const path: string[] = []
  let attributes: Record<string, string> = {}
  const listener: XmlListener = {
    open(tag) {
      attributes = {}
      elements.push({ path: `${path.at(-1)}/${tag}`, attributes })
      path.push(tag)
      if (elements.length > MOST_ELEMENTS) throw erpErrors.workbookRefused({ zh: '样式过多', en: 'too many styles' })
    },
    attribute: (key, value) => (attributes[key] = value),
    close: () => path.pop(),
    text: () => undefined,
  }
  for await (const bytes of readXml(await parts.open(name), listener)) void bytes
  return elements
}
