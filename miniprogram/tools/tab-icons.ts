import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { chromium } from 'playwright-core'
import { paletteImage } from './palette-image.ts'

// WeChat takes tab icons as PNG only, so they are drawn here once and committed. Run by hand after changing a shape.
const shapes = {
  code: '<path d="M5 9V6.5A1.5 1.5 0 0 1 6.500 5H9M18 5h2.500A1.500 1.500 0 0 1 22 6.500V9M22 18v2.500a1.500 1.500 0 0 1-1.500 1.500H18M9 22H6.500A1.500 1.500 0 0 1 5 20.500V18"/><path d="M9.500 10v7M12.500 10v7M15 10v7M17.500 10v7"/>',
  receipts:
    '<path d="M7 4.500h13v18l-2.200-1.500-2.150 1.500-2.150-1.500-2.150 1.500-2.150-1.500L7 22.500z"/><path d="M10.500 10h6M10.500 14h6"/>',
  wallet:
    '<path d="M4.500 8a1.500 1.500 0 0 1 1.500-1.500h15A1.500 1.500 0 0 1 22.500 8v3a2.500 2.500 0 0 0 0 5v3a1.500 1.500 0 0 1-1.500 1.500H6A1.500 1.500 0 0 1 4.500 19v-3a2.500 2.500 0 0 0 0-5z"/><path d="M11 10.500v6"/>',
  help: '<path d="M13.500 5c-5 0-9 3.400-9 7.700 0 2.500 1.400 4.700 3.500 6.100L7.500 22l3.500-1.900c.8.200 1.600.3 2.500.3 5 0 9-3.400 9-7.700S18.500 5 13.500 5z"/><path d="M11.200 11.300a2.300 2.300 0 1 1 3.500 2c-.8.500-1.200.9-1.200 1.700M13.500 17v.100"/>',
  me: '<circle cx="13.500" cy="9.500" r="4.500"/><path d="M5 22c.6-4.300 4-6.500 8.500-6.500s7.900 2.200 8.500 6.500"/>',
}
// WeChat takes no colour for them, and a shop may have any: they are of ink, and the word below wears the shop's colour.
// The quiet one reads on the light and on the dark tab bar; theme.json chooses between the other two.
const variants = { '': '#7A8580', '-on': '#1C2321', '-on-dark': '#E8ECEA' }
const pixels = 81

const folder = path.resolve(import.meta.dirname, '../src/images')
mkdirSync(folder, { recursive: true })
const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
})
const page = await browser.newPage()
for (const [name, shape] of Object.entries(shapes)) {
  for (const [suffix, color] of Object.entries(variants)) {
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${pixels}" height="${pixels}" viewBox="0 0 27 27" fill="none" stroke="#000" stroke-width="${suffix ? 1.9 : 1.6}" stroke-linecap="round" stroke-linejoin="round">${shape}</svg>`
    const alpha = await page.evaluate(drawnAlpha, { svg, pixels })
    writeFileSync(path.join(folder, `tab-${name}${suffix}.png`), paletteImage(alpha, pixels, color))
  }
}
await browser.close()

// Runs in the browser: the opacity of each pixel of the drawn shape.
async function drawnAlpha({ svg, pixels }: { svg: string; pixels: number }): Promise<number[]> {
  const image = new Image()
  image.src = `data:image/svg+xml,${encodeURIComponent(svg)}`
  await image.decode()
  const canvas = new OffscreenCanvas(pixels, pixels)
  const context = canvas.getContext('2d')
  if (!context) throw new Error('no canvas')
  context.drawImage(image, 0, 0)
  return [...context.getImageData(0, 0, pixels, pixels).data].filter((_, index) => index % 4 === 3)
}
