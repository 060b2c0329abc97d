/** One field of a mapping of the product's import API. */
interface FieldMapping {
  column?: string
  constant?: string
  values?: Record<string, string>
}

/** A mapping as the product's import API takes it. */
export interface Mapping {
  stream: string
  fields: Record<string, FieldMapping>
  [rule: string]: unknown
}

const columns = (names: Record<string, string>): Record<string, FieldMapping> =>
  Object.fromEntries(Object.entries(names).map(([field, column]) => [field, { column }]))

/** 门店档案 */
export const storesMapping: Mapping = {
  stream: 'stores',
  fields: {
    ...columns({
      code: '门店编码',
      name: '门店名称',
      district: '区域',
      address: '地址',
      latitude: '纬度',
      longitude: '经度',
    }),
    type: { column: '门店类型', values: { 大卖场: 'hypermarket', 社区店: 'community', 便利店: 'convenience' } },
    status: { column: '状态', values: { 营业: 'open' } },
  },
}

/** 商品分类 */
export const categoriesMapping: Mapping = {
  stream: 'categories',
  fields: columns({ code: '分类编码', parentCode: '上级编码', name: '分类名称', level: '级别' }),
}

/** 商品档案 */
export const productsMapping: Mapping = {
  stream: 'products',
  fields: {
    ...columns({
      code: '商品编码',
      name: '商品名称',
      spec: '规格',
      unit: '单位',
      categoryCode: '分类编码',
      brand: '品牌',
      barcode: '条码',
      listPrice: '零售价',
      weighed: '称重',
    }),
    kind: {
      column: '商品类型',
      values: {
        商品: 'goods',
        赠品: 'gift',
        服务费: 'service_fee',
        购物袋: 'bag',
        购物卡: 'prepaid_card',
        抹零: 'rounding',
        烟草: 'tobacco',
        团购: 'corporate',
      },
    },
    status: { column: '状态', values: { 在售: 'active' } },
  },
}

/** 会员卡; a 签约日期 makes a member of the card's holder. */
export const cardsMapping: Mapping = {
  stream: 'cards',
  fields: columns({
    cardNo: '会员卡号',
    phone: '手机号',
    name: '姓名',
    gender: '性别',
    birthday: '生日',
    storeCode: '开卡门店',
    issuedOn: '开卡日期',
    balancePoints: '积分余额',
    lastUsedOn: '最近消费日期',
    signedOn: '签约日期',
  }),
}

/** 销售流水: one document for each store, till, business date and receipt number. */
export const salesMapping: Mapping = {
  stream: 'sales',
  fields: {
    ...columns({
      storeCode: '门店编码',
      tillCode: '收银机号',
      businessDate: '营业日期',
      receiptNo: '小票号',
      time: '时间',
      originalTillCode: '原收银机号',
      originalBusinessDate: '原营业日期',
      originalReceiptNo: '原小票号',
      memberCard: '会员卡号',
      lineNo: '行号',
      productCode: '商品编码',
      productName: '商品名称',
      quantity: '数量',
      unit: '单位',
      unitPrice: '单价',
      discount: '折扣',
      net: '实收',
      promotionCode: '促销编号',
      isGift: '赠品',
      paymentMethod: '支付方式',
      cashier: '收银员',
    }),
    type: { column: '单据类型', values: { 销售: 'sale', 退货: 'return' } },
  },
}
