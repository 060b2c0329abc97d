import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readDocument } from '../../wechat-api-ts/src/callback/document.ts'
import { readFlat } from '../../wechat-api-ts/src/callback/flat.ts'

/** The same document, but in a form that only the full parser reads. */
const forParser = (text: string): string => text.replace('<xml>', '<xml >')
const parsed = (text: string): unknown => {
  try {
    return { ...readDocument(text).fields }
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

const name = fc.constantFrom('ToUserName', 'Content', 'MsgId', 'Event', 'A1')
const pieces = fc.constantFrom(
  '<',
  '>',
  '&',
  ']]>',
  ']',
  '&lt;',
  '\r\n',
  '\n',
  ' ',
  '中',
  '<!',
  '<?xml',
  '</A1>',
  '<A1>',
  '<![CDATA[',
  'x',
  '0',
)
const wild = fc.array(pieces, { maxLength: 8 }).map(list => list.join(''))
const leaf = fc
  .tuple(
    name,
    fc.oneof(
      wild,
      wild.map(text => `<![CDATA[${text}]]>`),
      wild.map(text => ` <![CDATA[${text}]]>\n`),
    ),
  )
  .map(([tag, value]) => `<${tag}>${value}</${tag}>`)
const document = fc
  .array(fc.oneof({ weight: 6, arbitrary: leaf }, wild), { minLength: 1, maxLength: 5 })
  .map(list => `<xml>${list.join('')}</xml>`)

test('what the quick reader reads, the parser reads the same; what it does not know, it leaves to the parser', () => {
  let read = 0
  fc.assert(
    fc.property(document, text => {
      const quick = readFlat(text)
      if (quick === null) return
      read++
      expect({ ...quick }).toEqual(parsed(forParser(text)))
    }),
    { numRuns: 3_000 },
  )
  expect(read).toBeGreaterThan(100)
})

test.each([
  ['a list', '<xml><A>1</A><A>2</A></xml>'],
  ['something inside', '<xml><A><B>1</B></A></xml>'],
  ['an entity', '<xml><A>&amp;</A></xml>'],
  ['a second CDATA', '<xml><A><![CDATA[x]]>y<![CDATA[z]]></A></xml>'],
  ['an attribute', '<xml><A b="1">2</A></xml>'],
  ['a wrong end', '<xml><A>1</B></xml>'],
  ['something behind', '<xml><A>1</A></xml> '],
  ['nothing', '<xml></xml>'],
  ['no end', '<xml><A>1'],
])('%s is left to the parser', (_, text) => {
  expect(readFlat(text)).toBeNull()
})
