import { erpErrors } from '../../../contract.ts'
import { unescaped } from './cell.ts'
import { longer, readXml } from './xml.ts'

/** Texts to a page; a page is one string, which costs a tenth of many. */
const PAGE = 512
const MEGABYTE = 1024 ** 2
/** Different texts of a workbook: together so many characters, and so many of them. */
const MOST_CHARACTERS = 40 * MEGABYTE
const MOST_TEXTS = 8_000_000

interface Page {
  readonly text: string
  readonly ends: Uint32Array
}

/** The shared texts of a workbook (ECMA-376 §18.4), read no further than somebody has asked. */
export interface Texts {
  /** Reads on until the text of this number is there, or there are no more. */
  reach(index: number): Promise<void>
  /** A text that has been reached; '' when there is none of that number. */
  at(index: number): string
  close(): Promise<void>
}

/** The texts of a part; `open` is called when the first is asked for. Throws erp.workbookTooLarge when they do not fit. */
export function sharedTexts(open: () => Promise<AsyncIterable<Uint8Array>>): Texts {
  const pages: Page[] = []
  let last: string[] = []
  let characters = 0
  let reading: AsyncGenerator<number> | null = null
  let isAtEnd = false
  const count = (): number => pages.length * PAGE + last.length

  function add(text: string): void {
    characters += text.length
    if (characters > MOST_CHARACTERS || count() >= MOST_TEXTS)
      throw erpErrors.workbookTooManyTexts({ limit: MOST_CHARACTERS / MEGABYTE })
    last.push(text)
    if (last.length < PAGE) return
    let end = 0
    pages.push({ text: last.join(''), ends: Uint32Array.from(last, one => (end += one.length)) })
    last = []
  }

  return {
    async reach(index) {
      while (!isAtEnd && count() <= index) {
        reading ??= readXml(await open(), textListener(add))
        isAtEnd = (await reading.next()).done === true
      }
    },
    at(index) {
      const page = pages[Math.floor(index / PAGE)]
      const place = index % PAGE
      if (page === undefined) return Math.floor(index / PAGE) === pages.length ? (last[place] ?? '') : ''
      return page.text.slice(place === 0 ? 0 : page.ends[place - 1], page.ends[place])
    },
    async close() {
      await reading?.return(0)
    },
  }
}

/** Gathers `si` items: plain texts and runs; readings (`rPh`) are no part of what the cell says. */
function textListener(add: (text: string) => void) {
  let text = ''
  let isTaking = false
  let isReading = false
  return {
    open(name: string) {
      if (name === 'si') text = ''
      else if (name === 'rPh') isReading = true
      else if (name === 't') isTaking = !isReading
    },
    attribute: () => undefined,
    close(name: string) {
      if (name === 't') isTaking = false
      else if (name === 'rPh') isReading = false
      else if (name === 'si') add(unescaped(text).trim())
    },
    text(piece: string) {
      if (isTaking) text = longer(text, piece)
    },
  }
}
