// QR codes (ISO/IEC 18004) of versions 1 to 6 with error correction M: up to 255 digits or 106 characters, which is all
// that a code for a till needs, the signed ones too. A general library would be a tenth of the whole package.
const versions = [
  { data: 16, check: 10, blocks: 1 },
  { data: 28, check: 16, blocks: 1 },
  { data: 44, check: 26, blocks: 1 },
  { data: 64, check: 18, blocks: 2 },
  { data: 86, check: 24, blocks: 2 },
  { data: 108, check: 16, blocks: 4 },
]

const masks: ((x: number, y: number) => boolean)[] = [
  (x, y) => (x + y) % 2 === 0,
  (_, y) => y % 2 === 0,
  x => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0,
  (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
]

const bits = (value: number, length: number) => value.toString(2).padStart(length, '0')

function segment(text: string): string {
  if (!/^\d+$/.test(text)) {
    return (
      bits(4, 4) +
      bits(text.length, 8) +
      text
        .split('')
        .map(character => bits(character.charCodeAt(0), 8))
        .join('')
    )
  }
  const groups = text.match(/\d{1,3}/g) ?? []
  return bits(1, 4) + bits(text.length, 10) + groups.map(group => bits(Number(group), group.length * 3 + 1)).join('')
}

function codewords(text: string): { version: number; words: number[] } {
  const content = segment(text)
  const version = versions.findIndex(({ data }) => content.length <= data * 8) + 1
  const size = versions[version - 1]
  if (!size || !/^[\x20-\x7e]+$/.test(text)) throw new Error('too long or not printable ASCII for a QR code of a till')
  const padded = (content + '0000').slice(0, size.data * 8)
  const words = (padded.padEnd(Math.ceil(padded.length / 8) * 8, '0').match(/.{8}/g) ?? []).map(byte =>
    Number.parseInt(byte, 2),
  )
  for (let pad = 0xec; words.length < size.data; pad ^= 0xfd) words.push(pad)
  return { version, words }
}

// Arithmetic of GF(2^8) with the polynomial 0x11d.
function multiply(a: number, b: number): number {
  let product = 0
  for (let bit = 7; bit >= 0; bit--) {
    product = (product << 1) ^ ((product >> 7) * 0x11d)
    if ((b >> bit) & 1) product ^= a
  }
  return product
}

function checkWords(data: number[], length: number): number[] {
  let divisor: number[] = Array.from({ length }, (_, index) => (index === length - 1 ? 1 : 0))
  for (let degree = 0, root = 1; degree < length; degree++, root = multiply(root, 2)) {
    divisor = divisor.map((factor, index) => multiply(factor, root) ^ (divisor[index + 1] ?? 0))
  }
  let rest = divisor.map(() => 0)
  for (const word of data) {
    const lead = word ^ (rest[0] ?? 0)
    rest = divisor.map((factor, index) => (rest[index + 1] ?? 0) ^ multiply(factor, lead))
  }
  return rest
}

function interleave(blocks: number[][]): number[] {
  const longest = Math.max(...blocks.map(block => block.length))
  return Array.from({ length: longest }, (_, index) => blocks.flatMap(block => block.slice(index, index + 1))).flat()
}

function stream(text: string): { version: number; data: string } {
  const { version, words } = codewords(text)
  const { data, check, blocks } = versions[version - 1] ?? { data: 0, check: 0, blocks: 1 }
  const length = data / blocks
  const parts = Array.from({ length: blocks }, (_, index) => words.slice(index * length, (index + 1) * length))
  const all = [...interleave(parts), ...interleave(parts.map(part => checkWords(part, check)))]
  return { version, data: all.map(word => bits(word, 8)).join('') }
}

type Cells = (boolean | null)[][]

function skeleton(version: number): Cells {
  const size = version * 4 + 17
  const cells: Cells = Array.from({ length: size }, () => Array.from({ length: size }, () => null))
  const set = (x: number, y: number, dark: boolean) => {
    const row = cells[y]
    if (row && x >= 0 && x < size) row[x] = dark
  }
  const ring = (cx: number, cy: number, radius: number, dark: (distance: number) => boolean) => {
    for (let dy = -radius; dy <= radius; dy++) {
      for (let dx = -radius; dx <= radius; dx++) set(cx + dx, cy + dy, dark(Math.max(Math.abs(dx), Math.abs(dy))))
    }
  }
  for (let at = 0; at < size; at++) {
    set(6, at, at % 2 === 0)
    set(at, 6, at % 2 === 0)
  }
  for (const [x, y] of [[3, 3], [size - 4, 3], [3, size - 4]] as const) ring(x, y, 4, far => far !== 2 && far !== 4) // prettier-ignore
  if (version > 1) ring(size - 7, size - 7, 2, far => far !== 1)
  return cells
}

// Fifteen bits that tell error correction M (00) and the mask, twice.
function writeFormat(cells: Cells, mask: number): void {
  let rest = mask
  for (let bit = 0; bit < 10; bit++) rest = (rest << 1) ^ ((rest >> 9) * 0x537)
  const format = ((mask << 10) | rest) ^ 0x5412
  const last = cells.length - 1
  const set = (x: number, y: number, bit: number) => {
    const row = cells[y]
    if (row) row[x] = ((format >> bit) & 1) === 1
  }
  for (let bit = 0; bit < 15; bit++) {
    const along = bit < 6 ? bit : bit < 8 ? bit + 1 : 14 - bit + (bit === 8 ? 1 : 0)
    if (bit < 8) set(8, along, bit)
    else set(along, 8, bit)
    if (bit < 8) set(last - bit, 8, bit)
    else set(8, last - 14 + bit, bit)
  }
  set(8, last - 7, 0)
  const row = cells[last - 7]
  if (row) row[8] = true
}

function fill(cells: Cells, reserved: Cells, data: string, mask: number): void {
  const size = cells.length
  const masked = masks[mask]
  let at = 0
  for (let right = size - 1; right >= 1; right -= 2) {
    if (right === 6) right = 5
    for (let step = 0; step < size; step++) {
      const upward = ((right + 1) & 2) === 0
      const y = upward ? size - 1 - step : step
      for (const x of [right, right - 1]) {
        const row = cells[y]
        if (!row || reserved[y]?.[x] !== null) continue
        row[x] = (data[at++] === '1') !== (masked?.(x, y) ?? false)
      }
    }
  }
}

function penalty(cells: Cells): number {
  const rows = cells.map(row => row.map(cell => (cell ? '1' : '0')).join(''))
  const columns = rows.map((_, x) => rows.map(row => row[x]).join(''))
  const lines = [...rows, ...columns]
  const runs = lines.flatMap(line => line.match(/0{5,}|1{5,}/g) ?? []).reduce((sum, run) => sum + run.length - 2, 0)
  const finders = lines.reduce((sum, line) => sum + (line.match(/(?=10111010000|00001011101)/g)?.length ?? 0), 0)
  let blocks = 0
  for (let y = 1; y < rows.length; y++) {
    for (let x = 1; x < rows.length; x++) {
      const four = `${rows[y]?.slice(x - 1, x + 1)}${rows[y - 1]?.slice(x - 1, x + 1)}`
      if (four === '0000' || four === '1111') blocks++
    }
  }
  const dark = rows.join('').replace(/0/g, '').length / rows.length ** 2
  return runs + finders * 40 + blocks * 3 + Math.floor(Math.abs(dark - 0.5) * 20) * 10
}

/** The modules of the QR code of a text, row by row, true for dark, without quiet zone. Throws above 255 digits or 106 characters. */
export function qrCode(text: string): boolean[][] {
  const { version, data } = stream(text)
  const reserved = skeleton(version)
  writeFormat(reserved, 0)
  const drawn = masks.map((_, mask) => {
    const cells = skeleton(version)
    fill(cells, reserved, data, mask)
    writeFormat(cells, mask)
    return { cells, penalty: penalty(cells) }
  })
  const best = drawn.reduce((least, each) => (each.penalty < least.penalty ? each : least))
  return best.cells.map(row => row.map(cell => cell === true))
}
