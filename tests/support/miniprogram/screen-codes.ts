import type { Page } from 'playwright-core'
import { encode } from 'uqr'
import { code128Widths } from '../../../miniprogram/src/lib/code128.ts'

// Runs in the page: the shown pictures of the codes, as rows of dark and light where they are drawn.
const shownPixels = `(() => {
  const shown = [...document.querySelectorAll('wx-image img')].filter(image => image.src.startsWith('data:image/svg') && image.offsetParent)
  return shown.map(image => {
    const { width, height } = image.getBoundingClientRect()
    const canvas = document.createElement('canvas')
    canvas.width = Math.round(width * 2)
    canvas.height = Math.round(height * 2)
    const context = canvas.getContext('2d')
    context.drawImage(image, 0, 0, canvas.width, canvas.height)
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height)
    const rows = []
    for (let y = 0; y < canvas.height; y++) {
      let row = ''
      for (let x = 0; x < canvas.width; x++) row += data[(y * canvas.width + x) * 4] < 128 ? '#' : '.'
      rows.push(row)
    }
    return rows
  })
})()`

/**
 * Reads the barcode and the QR code that are on the screen from their pixels, as a scanner sees them. What it may find is
 * what stands there as text, and what is given: a signed code stands nowhere else.
 */
export async function readCodes(
  page: Page,
  signed: readonly string[] = [],
): Promise<{ barcode: string | null; qr: string | null }> {
  await page.waitForFunction(`document.querySelectorAll('wx-image img[src^="data:image/svg"]').length >= 2`)
  const digits = await page.locator('.wx-page').allTextContents()
  const candidates = [
    ...signed,
    ...new Set(
      digits
        .join(' ')
        // the last group of four runs into the seconds that are left
        .replace(/ (?=\w{1,6}\b)/g, '')
        .match(/[A-Z0-9]{12,}/g)
        // a turning code is twenty digits
        ?.flatMap(text => (/^97\d{19,}$/.test(text) ? [text, text.slice(0, 20)] : [text])) ?? [],
    ),
  ]
  const pictures = await page.evaluate<string[][]>(shownPixels)
  const [bars = [], squares = []] = pictures
  return {
    barcode: candidates.slice(signed.length).find(text => isBarcodeOf(bars, text)) ?? null,
    qr: candidates.find(text => isQrOf(squares, text)) ?? null,
  }
}

function isBarcodeOf(rows: string[], text: string): boolean {
  const middle = (rows[Math.floor(rows.length / 2)] ?? '').replace(/^\.+|\.+$/g, '')
  const runs = (middle.match(/#+|\.+/g) ?? []).map(run => run.length)
  const widths = code128Widths(text)
  const module = runs.reduce((sum, run) => sum + run, 0) / widths.reduce((sum, width) => sum + width, 0)
  return runs.length === widths.length && runs.every((run, index) => Math.round(run / module) === widths[index])
}

function isQrOf(rows: string[], text: string): boolean {
  const dark = rows.map(row => row.indexOf('#')).filter(at => at >= 0)
  const margin = Math.min(...dark)
  const size = rows.length - 2 * margin
  return [0, 1, 2, 3, 4, 5, 6, 7].some(maskPattern => {
    const data = /^\d+$/.test(text) ? text : text.split('').map(character => character.charCodeAt(0))
    const expected = encode(data, { ecc: 'M', boostEcc: false, border: 0, maskPattern })
    const module = size / expected.size
    return expected.data.every((row, y) =>
      row.every(
        (cell, x) =>
          rows[Math.floor(margin + (y + 0.5) * module)]?.[Math.floor(margin + (x + 0.5) * module)] ===
          (cell ? '#' : '.'),
      ),
    )
  })
}
