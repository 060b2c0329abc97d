import { hash32, item } from '../random.ts'
import { fresh, dairy } from './fresh.ts'
import { care, family, home, pets, smoke } from './household.ts'
import { drinks, pantry, snacks } from './packaged.ts'

/** A category of the three-level tree; level 1 is 大类. */
export interface Category {
  code: string
  parent: string
  name: string
  level: 1 | 2 | 3
}

/** A product as the ERP's 商品档案 states it; prices in fen. */
export interface Product {
  code: string
  name: string
  spec: string
  unit: string
  category: string
  brand: string
  barcode: string
  price: number
  weighed: boolean
  kind: '商品' | '赠品' | '服务费' | '购物袋' | '购物卡' | '抹零' | '烟草' | '团购'
}

/** What shoppers mean when they put something on a list: one need, answered by several products. */
export interface Family {
  name: string
  department: string
  weight: number
  tags: ReadonlySet<string>
  products: Product[]
  /** Popularity of each product within the family. */
  popularity: number[]
  /** Usual weight of one purchase in grams; 0 for pieces. */
  grams: number
}

/** Everything the chain sells. */
export interface Catalogue {
  categories: Category[]
  products: Product[]
  families: Family[]
  /** Products that are not on a shopping list, by role. */
  special: Record<
    | 'bagSmall'
    | 'bagLarge'
    | 'rounding'
    | 'prepaid'
    | 'delivery'
    | 'fishCleaning'
    | 'corporate'
    | 'giftTissue'
    | 'giftSpoon',
    Product
  >
}

const units: [RegExp, string][] = [
  [/礼盒/, '盒'],
  [/^\d*(袋装|五连包|.*包)$/, '包'],
  [/(枚|粒|只装|只)/, '盒'],
  [/(桶装)/, '桶'],
  [/(抽|卷)/, '提'],
  [/g\*\d$/, '排'],
  [/\*\d+$/, '箱'],
  [/支装/, '盒'],
  [/片/, '包'],
  [/(ml|L)$/i, '瓶'],
  [/(支|条)/, '支'],
  [/(寸|个|件|套|单|双|号|一份|大份)/, '个'],
  [/(g|kg)$/, '袋'],
]

function unitOf(size: string): string {
  return units.find(([pattern]) => pattern.test(size))?.[1] ?? '个'
}

/** Ends a price as Chinese shelves do: .9 from ten yuan on, .5 or .9 below. */
export function shelfPrice(fen: number): number {
  if (fen >= 5000) return Math.round(fen / 100) * 100 - (Math.round(fen / 100) % 10 === 0 ? 100 : 0)
  if (fen >= 1000) return Math.floor(fen / 100) * 100 + 90
  return Math.max(100, Math.floor(fen / 100) * 100 + (fen % 100 < 45 ? 50 : 90))
}

/** EAN-13 with China's prefix 692 and our own maker digits, check digit included. */
function ean13(serial: number): string {
  const body = `6929${String(serial).padStart(8, '0')}`
  const sum = Array.from(body).reduce((total, digit, i) => total + Number(digit) * (i % 2 === 0 ? 1 : 3), 0)
  return body + ((10 - (sum % 10)) % 10)
}

function familyOf(line: string, department: string, category: string, firstSerial: number): Family {
  const [names = '', brands = '', sizes = '', weight = '1', tags = ''] = line.split('|').map(cell => cell.trim())
  const products: Product[] = []
  let grams = 0
  const add = (name: string, brand: string, spec: string, price: number, weighed: boolean) => {
    const number = products.length + firstSerial
    const code = `${category}${String(number).padStart(3, '0')}`
    const unit = weighed ? 'kg' : unitOf(spec)
    products.push({
      code,
      name,
      spec,
      unit,
      category,
      brand: weighed ? '' : brand,
      barcode: weighed ? '' : ean13(hash32(code) % 100_000_000),
      price,
      weighed,
      kind: department === '烟草' && names !== '打火机' ? '烟草' : '商品',
    })
  }
  for (const name of names.split('/')) {
    for (const brand of brands.split(' ')) {
      for (const size of sizes.split(' ')) {
        const weighed = /^([\d.]+)\/kg~([\d.]+)$/.exec(size)
        if (weighed) {
          const twist = names.includes('/') ? 0.82 + (hash32(name) % 40) / 100 : 1
          grams = Math.round(Number(weighed[2]) * 1000)
          const price =
            twist === 1 ? Math.round(Number(weighed[1]) * 100) : Math.round(Number(weighed[1]) * twist) * 100 - 4
          add(`${name}${name.startsWith('散装') ? '' : ' 散装'}`, '', '散装', price, true)
          continue
        }
        const [spec = '', price = '0'] = size.split(':')
        const base = Number(price.replace('=', '')) * 100
        const first = brand === brands.split(' ')[0]
        const twist = first ? 1 : 0.86 + (hash32(`${brand}${name}`) % 22) / 100
        const listed = first || department === '烟草' ? Math.round(base) : shelfPrice(base * twist)
        add(`${brand}${name}${spec}`, brand, spec, listed, false)
      }
    }
  }
  const popularity = products.map(product => 0.35 + (hash32(`popular ${product.code}`) % 1000) / 600)
  return {
    name: names.split('/')[0] ?? names,
    department,
    weight: Number(weight),
    tags: new Set(tags.split(' ').filter(Boolean)),
    products,
    popularity,
    grams,
  }
}

function specials(): Catalogue['special'] {
  const product = (
    code: string,
    name: string,
    unit: string,
    price: number,
    kind: Product['kind'],
    category = '950101',
  ): Product => ({ code, name, spec: '', unit, category, brand: '', barcode: '', price, weighed: false, kind })
  return {
    bagSmall: product('950101001', '购物袋(小)', '只', 30, '购物袋'),
    bagLarge: product('950101002', '购物袋(大)', '只', 50, '购物袋'),
    rounding: product('950101003', '抹零', '笔', 0, '抹零'),
    prepaid: product('950102001', '禾谷购物卡100元', '张', 10000, '购物卡', '950102'),
    delivery: product('950102002', '送货上门服务费', '次', 500, '服务费', '950102'),
    fishCleaning: product('950102003', '水产加工费', '次', 200, '服务费', '950102'),
    corporate: product('950102004', '企业福利团购', '单', 100000, '团购', '950102'),
    giftTissue: product('950103001', '赠品 絮语手帕纸', '包', 150, '赠品', '950103'),
    giftSpoon: product('950103002', '赠品 居简瓷勺', '只', 290, '赠品', '950103'),
  }
}

/** Reads the written tables into the chain's catalogue; about 1,500 products. */
export function buildCatalogue(): Catalogue {
  const categories: Category[] = []
  const families: Family[] = []
  const codes = ['', '', '']
  const counts = [9, 0, 0]
  let department = ''
  let serial = 1
  for (const line of [fresh, dairy, pantry, snacks, drinks, care, family, home, pets, smoke].join('\n').split('\n')) {
    const heading = /^(#+) (.+)$/.exec(line)
    if (heading) {
      const level = (heading[1]?.length ?? 1) as 1 | 2 | 3
      counts[level - 1] = item(counts, level - 1) + 1
      counts.fill(0, level)
      const code = counts
        .slice(0, level)
        .map(n => String(n).padStart(2, '0'))
        .join('')
      codes[level] = code
      categories.push({ code, parent: codes[level - 1] ?? '', name: heading[2] ?? '', level })
      if (level === 1) department = heading[2] ?? ''
      serial = 1
    } else if (line.includes('|')) {
      const built = familyOf(line, department, codes[3] ?? '', serial)
      serial += built.products.length
      families.push(built)
    }
  }
  const service: [string, string, string, 1 | 2 | 3][] = [
    ['95', '', '服务项', 1],
    ['9501', '95', '服务', 2],
    ['950101', '9501', '购物袋与抹零', 3],
    ['950102', '9501', '购物卡与服务费', 3],
    ['950103', '9501', '赠品', 3],
  ]
  categories.push(...service.map(([code, parent, name, level]) => ({ code, parent, name, level })))
  const special = specials()
  return { categories, families, special, products: [...families.flatMap(f => f.products), ...Object.values(special)] }
}
