import { z } from 'zod'

const Decimal = z.string().regex(/^-?\d+(\.\d{1,4})?$/)

/** A till of the product: its id and key come from registering it in the admin. */
export const Till = z.object({
  tillId: z.string().min(1),
  key: z.string().min(1),
  storeCode: z.string().min(1),
  tillCode: z.string().min(1),
  name: z.string().default(''),
})
export type Till = z.output<typeof Till>

/** A product on the buttons of the till; price in yuan. */
export const Product = z.object({
  code: z.string(),
  name: z.string(),
  unit: z.string(),
  price: Decimal,
  weighed: z.boolean().default(false),
  barcode: z.string().default(''),
})
export type Product = z.output<typeof Product>

/** A line of a receipt; `net` is what the shopper paid for it, after the coupon's share. */
export const SoldLine = z.object({
  lineNo: z.int(),
  productCode: z.string(),
  name: z.string(),
  quantity: Decimal,
  unit: z.string(),
  unitPrice: Decimal,
  discount: Decimal,
  net: Decimal,
})

/** A receipt that the till printed; the night's file is made from these. */
export const Sold = z.object({
  storeCode: z.string(),
  tillCode: z.string(),
  businessDate: z.string(),
  receiptNo: z.string(),
  /** Local time of the shop, HH:MM:SS. */
  time: z.string(),
  type: z.enum(['sale', 'return']),
  cardNo: z.string(),
  payment: z.string(),
  cashier: z.string(),
  /** What a return is of; of which store, where it was another. */
  original: z
    .object({
      storeCode: z.string().exactOptional(),
      tillCode: z.string(),
      businessDate: z.string(),
      receiptNo: z.string(),
    })
    .nullable(),
  lines: z.array(SoldLine),
})
export type Sold = z.output<typeof Sold>

/** Everything the tills of this sandbox keep. */
export const TillState = z.object({
  tills: z.array(Till),
  products: z.array(Product),
  sold: z.array(Sold),
  /** By `store till date`: the last receipt number given. */
  counters: z.record(z.string(), z.int()),
})
export type TillState = z.output<typeof TillState>

/** Goods of the demo's shop (prisma/seed), so that the buttons sell what the product knows. */
const products: Product[] = [
  {
    code: '120101002',
    name: '禾谷园长粒香米5kg',
    unit: '袋',
    price: '32.90',
    weighed: false,
    barcode: '6929651019718',
  },
  {
    code: '110201001',
    name: '牧岭纯牛奶250ml*12',
    unit: '箱',
    price: '39.90',
    weighed: false,
    barcode: '6929274085251',
  },
  { code: '100304001', name: '农家晨鲜鸡蛋10枚', unit: '盒', price: '11.90', weighed: false, barcode: '6929469256855' },
  { code: '100101001', name: '上海青 散装', unit: 'kg', price: '7.96', weighed: true, barcode: '' },
  { code: '100301001', name: '五花肉 散装', unit: 'kg', price: '33.60', weighed: true, barcode: '' },
  { code: '100201001', name: '红富士苹果 散装', unit: 'kg', price: '11.96', weighed: true, barcode: '' },
  {
    code: '120302002',
    name: '蜀灶火锅底料(牛油)300g',
    unit: '袋',
    price: '13.90',
    weighed: false,
    barcode: '6929875316938',
  },
  { code: '100302005', name: '塞上鲜羊肉卷500g', unit: '袋', price: '36.90', weighed: false, barcode: '6929402669346' },
  { code: '100104002', name: '菌小伞金针菇300g', unit: '袋', price: '4.50', weighed: false, barcode: '6929480177191' },
  { code: '150101002', name: '絮语抽纸100抽*6', unit: '提', price: '15.90', weighed: false, barcode: '6929764824834' },
  {
    code: '140301002',
    name: '麦田渡淡爽啤酒500ml',
    unit: '瓶',
    price: '5.50',
    weighed: false,
    barcode: '6929000676906',
  },
  {
    code: '160101002',
    name: '芽芽乐纸尿裤M号36片',
    unit: '包',
    price: '59.90',
    weighed: false,
    barcode: '6929381475884',
  },
  { code: '190101001', name: '云岫细支香烟一包', unit: '包', price: '16.00', weighed: false, barcode: '6929718154963' },
  { code: '950101002', name: '购物袋(大)', unit: '只', price: '0.50', weighed: false, barcode: '' },
]

/** No till yet, the demo's goods. */
export const emptyTills = (): TillState => ({ tills: [], products, sold: [], counters: {} })
