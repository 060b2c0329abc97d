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

/** Where a tap on the banner leads: nowhere, or to one of the mini-program's own pages. */
export const BANNER_PAGES = ['none', 'coupons', 'mall', 'signIn', 'lottery', 'referral'] as const
const BannerPage = z.enum(BANNER_PAGES)
const Day = z.iso.date()

/** The banner as a shopper sees it, below the member code. */
export const Banner = z.object({
  /** For `bannerPicture`; null = the line stands alone. */
  pictureId: z.string().nullable(),
  text: z.object({ zh: z.string(), en: z.string() }),
  leadsTo: BannerPage,
})
export type Banner = z.output<typeof Banner>

export const BannerChange = z.object({
  isOn: z.boolean(),
  pictureId: z.string().length(26).nullable(),
  /** English may be empty: then the Chinese line stands in both languages. */
  text: z.object({ zh: z.string().trim().min(1).max(24), en: z.string().trim().max(60) }),
  leadsTo: BannerPage,
  /** The first and the last of the shop's days on which it is shown; null = no end on that side. */
  from: Day.nullable(),
  until: Day.nullable(),
})
export type BannerChange = z.output<typeof BannerChange>

/** The banner as it is set, and whether shoppers see it now. */
export const BannerSetting = BannerChange.extend({
  text: z.object({ zh: z.string(), en: z.string() }),
  state: z.enum(['off', 'soon', 'shown', 'over']),
})
export type BannerSetting = z.output<typeof BannerSetting>

export const brandErrors = errors('brand', {
  tooLight: [
    400,
    '颜色太浅，白字看不清；可以用 {suggestion}',
    'White writing cannot be read on this colour; {suggestion} would do',
  ],
  logoKind: [400, '标志只支持 PNG、JPEG 或 WebP 图片', 'The logo has to be a PNG, JPEG or WebP picture'],
  logoTooLarge: [400, '标志图片超过 {limit}，请换一张小一些的', 'The logo is over {limit}; choose a smaller picture'],
  noPicture: [404, '找不到这张图片', 'No such picture'],
  pictureKind: [422, '只支持 PNG、JPEG 或 WebP 图片', 'Only PNG, JPEG and WebP pictures'],
  pictureTooLarge: [413, '图片超过 {limit}，请换一张小一些的', 'The picture is over {limit}; choose a smaller one'],
  badDays: [400, '结束日期不能早于开始日期', 'The last day cannot be before the first'],
})

/** Name, colour and logo of the shop, and the banner below the member code. */
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
  banner: {
    method: 'GET',
    path: '/public/brand/banner',
    access: 'public',
    summary: 'The banner below the member code; null while it is off or outside of its days',
    reply: z.object({ banner: Banner.nullable() }),
  },
  bannerPicture: {
    method: 'GET',
    path: '/public/brand/pictures/:pictureId',
    access: 'public',
    summary: 'A picture of the banner; it never changes',
    params: z.object({ pictureId: z.string().length(26) }),
    reply: z.void(),
    raw: true,
  },
  bannerSetting: {
    method: 'GET',
    path: '/admin/brand/banner',
    access: 'staff:brand.write',
    summary: 'The banner as it is set',
    reply: BannerSetting,
  },
  putBanner: {
    method: 'PUT',
    path: '/admin/brand/banner',
    access: 'staff:brand.write',
    summary: 'Set the banner: on or off, picture, line, where it leads, its days',
    body: BannerChange,
    reply: BannerSetting,
  },
  addPicture: {
    method: 'POST',
    path: '/admin/brand/pictures',
    access: 'staff:brand.write',
    summary: 'Upload a picture for the banner (multipart): PNG, JPEG or WebP of at most 500 KB, checked by its bytes',
    upload: true,
    reply: z.object({ pictureId: z.string() }),
  },
})
