import { z } from 'zod'
import { errors } from '../../kernel/errors.ts'
import { contract } from '../../kernel/http/contract.ts'

/** A colour as #rrggbb. */
const Colour = z
  .string()
  .regex(/^#[0-9a-fA-F]{6}$/)
  .transform(value => value.toLowerCase())

/** The colours that a screen is painted with, made from the one that the shop chose. */
export const Palette = z.object({
  /** For buttons and links, and the writing on them. */
  primary: z.string(),
  onPrimary: z.string(),
  pressed: z.string(),
  tint: z.string(),
  /** The band behind the member code, from top to bottom; writing on it is white. */
  band: z.string(),
  bandDeep: z.string(),
})
export type Palette = z.output<typeof Palette>

/** The shop as its screens show it. */
export const Brand = z.object({
  /** 0 = nobody has set anything. */
  version: z.int(),
  /** Empty = the product's own name. */
  name: z.string(),
  colour: z.string(),
  /** A small picture as a data URI. */
  logo: z.string().nullable(),
  light: Palette,
  dark: Palette,
})
export type Brand = z.output<typeof Brand>

export const BrandChange = z.object({
  name: z.string().trim().min(1).max(40),
  colour: Colour,
  logo: z.string().max(200_000).nullable(),
})
export type BrandChange = z.output<typeof BrandChange>

export const brandErrors = errors('brand', {
  tooLight: [
    400,
    '颜色太浅，白字看不清；可以用 {suggestion}',
    'White writing cannot be read on this colour; {suggestion} would do',
  ],
  logoKind: [400, '标志只支持 PNG、JPEG 或 WebP 图片', 'The logo has to be a PNG, JPEG or WebP picture'],
  logoTooLarge: [400, '标志图片超过 {limit}，请换一张小一些的', 'The logo is over {limit}; choose a smaller picture'],
})

/** Name, colour and logo of the shop, in the admin and in the mini-program. */
export const brandApi = contract('brand', {
  brand: {
    method: 'GET',
    path: '/public/brand',
    access: 'public',
    summary: 'How the shop calls itself and looks; nothing when the caller has this version already',
    query: z.object({ have: z.coerce.number().int().min(0).optional() }),
    reply: z.object({ brand: Brand.nullable() }),
  },
  putBrand: {
    method: 'PUT',
    path: '/admin/brand',
    access: 'staff:brand.write',
    summary: 'Set name, colour and logo of the shop',
    body: BrandChange,
    reply: Brand,
  },
})
