import type Router from '@koa/router'
import { contract } from '../../../kernel/http/contract.ts'
import { mount } from '../../../kernel/http/mount.ts'
import { payOperations } from '../contract/pay.ts'
import type { Wechat } from '../service/index.ts'

/** WeChat Pay: for staff, and what a shopper is asked to pay. */
export const payRoutes = (router: Router, { pay }: Pick<Wechat, 'pay'>): void =>
  mount(router, contract('wechat', payOperations), {
    pay: (_, caller) => pay.show(caller),
    saveMerchant: ({ body }, caller) => pay.save(body, caller),
    testPayment: ({ body }, caller) => pay.test(body, caller),
    askPayment: ({ params }, caller) => pay.ask(params.orderNo, caller),
    closePayment: ({ params }, caller) => pay.close(params.orderNo, caller),
    refundPayment: ({ params }, caller) => pay.refund(params.orderNo, caller),
    myPayments: (_, caller) => pay.mine(caller),
  })
