import { crc32, deflateRawSync } from 'node:zlib'

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'

/** A ZIP of parts; `lie` states other sizes than are true. */
export function zipOf(
  parts: Readonly<Record<string, string | Buffer>>,
  lie: Readonly<Record<string, number>> = {},
  method: 'deflated' | 'stored' = 'deflated',
): Buffer {
  const bodies: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const [name, content] of Object.entries(parts)) {
    const [path, raw] = [Buffer.from(name), Buffer.from(content)]
    const body = method === 'stored' ? raw : deflateRawSync(raw)
    const header = Buffer.alloc(26)
    header.writeUInt16LE(20, 0)
    header.writeUInt16LE(method === 'stored' ? 0 : 8, 4)
    header.writeUInt32LE(crc32(raw), 10)
    header.writeUInt32LE(body.length, 14)
    header.writeUInt32LE(lie[name] ?? raw.length, 18)
    header.writeUInt16LE(path.length, 22)
    const entry = Buffer.alloc(14)
    entry.writeUInt32LE(offset, 10)
    bodies.push(Buffer.from('PK\u0003\u0004'), header, path, body)
    directory.push(Buffer.from('PK\u0001\u0002\u0014\u0000'), header, entry, path)
    offset += 30 + path.length + body.length
  }
  const list = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.write('PK\u0005\u0006', 'latin1')
  end.writeUInt16LE(Object.keys(parts).length, 8)
  end.writeUInt16LE(Object.keys(parts).length, 10)
  end.writeUInt32LE(list.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...bodies, list, end])
}

export interface Written {
  /** The inside of `sheetData`, or a whole part when it begins with "<?xml" or "<!". */
  readonly sheets: readonly string[]
  /** The inside of `sst`, or a whole part. */
  readonly texts?: string
  readonly styles?: string
  /** Attributes of `workbookPr`. */
  readonly properties?: string
}

const part = (inside: string, around: (inside: string) => string): string =>
  /^<[?!]/.test(inside) ? inside : `${XML}${around(inside)}`

/** The parts of a workbook as Excel lays them out. */
export function partsOf({ sheets, texts, styles, properties = '' }: Written): Record<string, string> {
  const relation = (id: string, type: string, target: string): string =>
    `<Relationship Id="${id}" Type="${OFFICE}/${type}" Target="${target}"/>`
  return {
    '_rels/.rels': `${XML}<Relationships>${relation('r1', 'officeDocument', 'xl/workbook.xml')}</Relationships>`,
    'xl/workbook.xml': `${XML}<workbook><workbookPr ${properties}/><sheets>${sheets
      .map((_, i) => `<sheet name="Sheet${i + 1}" sheetId="${i + 1}" r:id="s${i + 1}"/>`)
      .join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `${XML}<Relationships>${sheets
      .map((_, i) =>
        relation(`s${i + 1}`, 'worksheet', i === 0 ? 'worksheets/sheet1.xml' : `/xl/worksheets/sheet${i + 1}.xml`),
      )
      .join(
        '',
      )}${relation('t', 'sharedStrings', 'sharedStrings.xml')}${relation('y', 'styles', 'styles.xml')}</Relationships>`,
    ...Object.fromEntries(
      sheets.map((inside, i) => [
        `xl/worksheets/sheet${i + 1}.xml`,
        part(inside, rows => `<worksheet><sheetData>${rows}</sheetData></worksheet>`),
      ]),
    ),
    ...(texts === undefined ? {} : { 'xl/sharedStrings.xml': part(texts, items => `<sst>${items}</sst>`) }),
    ...(styles === undefined ? {} : { 'xl/styles.xml': `${XML}<styleSheet>${styles}</styleSheet>` }),
  }
}

export const workbookOf = (written: Written): Buffer => zipOf(partsOf(written))

/** Rows of texts as inline cells, from a line on. */
export const textRows = (rows: readonly (readonly string[])[], from = 1): string =>
  rows
    .map(
      (cells, r) =>
        `<row r="${from + r}">${cells.map(text => `<c t="inlineStr"><is><t>${text}</t></is></c>`).join('')}</row>`,
    )
    .join('')
