import type { Palette } from '../contract.ts'

type Rgb = readonly [number, number, number]

/** The default, jade. */
export const JADE = '#0e7a63'
const BLACK: Rgb = [0, 0, 0]
const WHITE: Rgb = [255, 255, 255]
/** The surfaces on which the colours stand in the dark. */
const NIGHT_SURFACE: Rgb = [23, 28, 27]
const NIGHT_GROUND: Rgb = [16, 20, 19]
/** What small writing needs (WCAG 2.2, 1.4.3). */
const READABLE = 4.5

const partOf = (hex: string, at: number): number => Number.parseInt(hex.slice(at, at + 2), 16)
const rgbOf = (hex: string): Rgb => [partOf(hex, 1), partOf(hex, 3), partOf(hex, 5)]
const hexOf = (rgb: Rgb): string => `#${rgb.map(part => Math.round(part).toString(16).padStart(2, '0')).join('')}`
const mix = (from: Rgb, to: Rgb, share: number): Rgb => [
  from[0] + (to[0] - from[0]) * share,
  from[1] + (to[1] - from[1]) * share,
  from[2] + (to[2] - from[2]) * share,
]

function linear(part: number): number {
  const share = part / 255
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
}
const luminance = ([r, g, b]: Rgb): number => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)

function contrastOf(one: Rgb, other: Rgb): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (high + 0.05) / (low + 0.05)
}

/** How well two colours can be told apart as writing and ground: 1 to 21. */
export const contrast = (one: string, other: string): number => contrastOf(rgbOf(one), rgbOf(other))

/** Goes toward another colour in small steps until the colour can be read against the ground. */
function until(colour: Rgb, toward: Rgb, ground: Rgb): Rgb {
  for (let share = 0; share < 1; share += 0.02) {
    const tried = rgbOf(hexOf(mix(colour, toward, share)))
    if (contrastOf(tried, ground) >= READABLE) return tried
  }
  return toward
}

/** Whether white writing can be read on it. */
export const bearsWhite = (hex: string): boolean => contrastOf(rgbOf(hex), WHITE) >= READABLE

/** The nearest darker shade on which white writing can be read. */
export const darkEnough = (hex: string): string => hexOf(until(rgbOf(hex), BLACK, WHITE))

/** The colours for light and dark screens; writing on each is readable (≥ 4.5:1) for every colour that bears white. */
export function palettesOf(hex: string): { light: Palette; dark: Palette } {
  const colour = rgbOf(hex)
  const night = until(colour, WHITE, NIGHT_SURFACE)
  return {
    light: {
      primary: hex,
      onPrimary: '#ffffff',
      pressed: hexOf(mix(colour, BLACK, 0.16)),
      tint: hexOf(mix(colour, WHITE, 0.92)),
      band: hex,
      bandDeep: hexOf(mix(colour, BLACK, 0.24)),
    },
    dark: {
      primary: hexOf(night),
      onPrimary: hexOf(until(mix(colour, BLACK, 0.7), BLACK, night)),
      pressed: hexOf(mix(night, WHITE, 0.2)),
      tint: hexOf(mix(colour, NIGHT_SURFACE, 0.78)),
      band: hexOf(mix(colour, NIGHT_GROUND, 0.58)),
      bandDeep: hexOf(mix(colour, NIGHT_GROUND, 0.72)),
    },
  }
}
