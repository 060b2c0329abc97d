/** Text to the bytes of an ERP's file: UTF-8 with BOM as Excel likes it, or GB18030 as old till systems write it. */
export function encode(text: string, encoding: 'utf-8-bom' | 'gb18030'): Buffer {
  return encoding === 'gb18030' ? gb18030(text) : Buffer.from(`\uFEFF${text}`, 'utf8')
}

let table: Map<string, number> | undefined

/** The two-byte plane read backwards from Node's own decoder; it holds every character that our files use. */
function twoBytePlane(): Map<string, number> {
  const plane = new Map<string, number>()
  const decoder = new TextDecoder('gb18030')
  for (let lead = 0x81; lead <= 0xfe; lead++) {
    for (let trail = 0x40; trail <= 0xfe; trail++) {
      if (trail === 0x7f) continue
      const character = decoder.decode(Uint8Array.of(lead, trail))
      if (character.length === 1 && character !== '\uFFFD') plane.set(character, (lead << 8) | trail)
    }
  }
  return plane
}

function gb18030(text: string): Buffer {
  table ??= twoBytePlane()
  const bytes = Buffer.allocUnsafe(text.length * 2)
  let length = 0
  for (const character of text) {
    const code = character.charCodeAt(0)
    if (code < 0x80) {
      bytes[length++] = code
      continue
    }
    const pair = table.get(character)
    if (pair === undefined) throw new Error(`${character} is outside of GB18030's two-byte plane`)
    bytes[length++] = pair >> 8
    bytes[length++] = pair & 0xff
  }
  return bytes.subarray(0, length)
}
