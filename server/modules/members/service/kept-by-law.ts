import type { Words } from './parts.ts'

/** What stays when a person is erased, and why (个人信息保护法 47: until the law's time is over it is stored, and used for nothing else). */
export const KEPT_BY_LAW: readonly { readonly what: Words; readonly why: Words }[] = [
  {
    what: {
      zh: '小票、退货和收款，不再对应到这个人',
      en: 'Receipts, returns and payments; they lead to nobody any more',
    },
    why: {
      zh: '《电子商务法》第三十一条：交易信息自交易完成之日起至少保存三年；《会计档案管理办法》：会计凭证保存三十年',
      en: 'E-Commerce Law, art. 31: three years from the sale at least; accounting vouchers: thirty years',
    },
  },
  {
    what: {
      zh: '积分、券、兑换和等级的流水，只留编号和数字',
      en: 'The books of points, coupons, exchanges and tiers: numbers without a name',
    },
    why: {
      zh: '《会计法》第二十三条：会计资料应当建立档案，妥善保管',
      en: 'Accounting Law, art. 23: the books are filed and kept',
    },
  },
  {
    what: { zh: '同意和撤回的记录', en: 'Consents given and withdrawn' },
    why: {
      zh: '《个人信息保护法》第六十九条：处理者要能证明自己没有过错',
      en: 'Personal Information Protection Law, art. 69: the shop has to prove that it did nothing wrong',
    },
  },
  {
    what: { zh: '操作记录和这份报告', en: 'The log of acts, and this report' },
    why: {
      zh: '《网络安全法》：日志至少保存六个月；也用来证明已经删除',
      en: 'Cybersecurity Law: logs for six months at least; and to prove the erasure',
    },
  },
]
