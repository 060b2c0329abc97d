import { Parser } from 'htmlparser2'
import { erpErrors } from '../../../contract.ts'

/** Excel's own limit is 32,767 characters in a cell. */
const LONGEST_TEXT = 100_000
/** Sheets nest six deep. */
const DEEPEST = 32
const LONGEST_NAME = 200
/** So much of a part may pass without anything in it ending, e.g. within one attribute. */
const LONGEST_SILENCE = 1024 ** 2

/** What is told of a part while it is read; names come without their prefix. */
export interface XmlListener {
  open(name: string): void
  attribute(name: string, value: string): void
  close(name: string): void
  /** May come in pieces. */
  text(piece: string): void
}

/**
 * Reads XML from a stream and tells the listener; yields the bytes read so far after each piece, so that the caller may
 * take out what has come together. In bounded memory: a document type (the only place where an entity could be
 * declared), endless nesting, texts or attributes throw erp.workbookRefused. Entities other than XML's own five stay as they
 * are written.
 */
export async function* readXml(stream: AsyncIterable<Uint8Array>, listener: XmlListener): AsyncGenerator<number> {
  let depth = 0
  let silent = 0
  const parser = new Parser(
    {
      onopentagname(name) {
        silent = 0
        if (++depth > DEEPEST || name.length > LONGEST_NAME) throw refused('层级过深', 'nested too deep')
        listener.open(plain(name))
      },
      onattribute(name, value) {
        silent = 0
        listener.attribute(plain(name), value)
      },
      onclosetag(name) {
        silent = 0
        depth--
        listener.close(plain(name))
      },
      ontext(piece) {
        silent = 0
        listener.text(piece)
      },
      onprocessinginstruction(name) {
        silent = 0
        if (name.toLowerCase() === '!doctype') throw refused('含有 DTD 声明', 'a document type declaration')
      },
    },
    { xmlMode: true, decodeEntities: true },
  )
  const decoder = new TextDecoder()
  let bytes = 0
  for await (const chunk of stream) {
    bytes += chunk.length
    silent += chunk.length
    parser.write(decoder.decode(chunk, { stream: true }))
    if (silent > LONGEST_SILENCE) throw refused('内容过长', 'something in it does not end')
    yield bytes
  }
  // The parser is not told of the end: it would close what is open, and nobody could see that the part is cut off.
}

/** A text that grows by a piece; throws erp.workbookRefused when it is longer than any cell can be. */
export function longer(text: string, piece: string): string {
  if (text.length + piece.length > LONGEST_TEXT) throw refused('单元格内容过长', 'a cell that is too long')
  return text + piece
}

const refused = (zh: string, en: string): Error => erpErrors.workbookRefused({ zh, en })

function plain(name: string): string {
  const colon = name.indexOf(':')
  return colon < 0 ? name : name.slice(colon + 1)
}
