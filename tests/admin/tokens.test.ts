import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const css = readFileSync(join(import.meta.dirname, '../../admin-web/src/ui/tokens.css'), 'utf8')

/** The colours of one block of tokens.css, by name. */
function colours(selector: string): Map<string, string> {
  const begin = css.indexOf(`${selector} {`)
  const block = css.slice(begin, css.indexOf('}', begin))
  return new Map(
    [...block.matchAll(/--zg-([a-z0-9-]+): (#[0-9a-f]{6})/g)].map(([, name = '', value = '']) => [name, value]),
  )
}

/** WCAG's relative luminance of '#rrggbb'. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map(at => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].toSorted((a, b) => b - a)
  return (light + 0.05) / (dark + 0.05)
}

/** Which words stand on which grounds in the admin. */
const pairs: [words: string, grounds: string[]][] = [
  ['ink', ['ground', 'surface', 'raised', 'sunken', 'primary-tint']],
  ['ink-2', ['ground', 'surface', 'raised', 'sunken']],
  ['primary', ['ground', 'surface', 'raised', 'primary-tint']],
  ['accent-text', ['surface', 'accent-tint']],
  ['good', ['surface', 'ground']],
  ['warn', ['surface', 'ground', 'warn-tint']],
  ['bad', ['surface', 'ground', 'bad-tint']],
  ['note', ['surface', 'note-tint']],
  ['on-primary', ['primary', 'primary-hover']],
]

describe.each([
  ['light', ':root'],
  ['dark', ":root[data-theme='dark']"],
])('words can be read (%s)', (_, selector) => {
  const tokens = colours(selector)
  it.each(pairs)('%s on its grounds', (words, grounds) => {
    for (const ground of grounds) {
      const ratio = contrast(tokens.get(words) ?? '', tokens.get(ground) ?? '')
      expect(ratio, `${words} on ${ground}: ${ratio.toFixed(2)}`).toBeGreaterThanOrEqual(4.5)
    }
  })
})
