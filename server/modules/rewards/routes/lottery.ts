import type Router from '@koa/router'
import { contract } from '../../../kernel/http/contract.ts'
import { mount } from '../../../kernel/http/mount.ts'
import { lotteryOperations } from '../contract/lottery.ts'
import type { Rewards } from '../service/index.ts'

/** Operation → service call: lotteries. */
export const lotteryRoutes = (router: Router, { lottery }: Rewards): void =>
  mount(router, contract('rewards', lotteryOperations), {
    shopLotteries: (_, caller) => lottery.shop.list(caller.memberId),
    shopLottery: ({ params }, caller) => lottery.shop.one(caller.memberId, params.lotteryId),
    draw: async ({ params, body }, caller) =>
      lottery.shop.drawn(await lottery.draw(params.lotteryId, caller.memberId, body.key, body.way)),
    myDraws: ({ query }, caller) => lottery.shop.draws(caller.memberId, query),
    lotteries: ({ query }) => lottery.desk.list(query),
    lottery: ({ params }) => lottery.desk.view(params.lotteryId),
    createLottery: ({ body }, caller) => lottery.desk.create(caller, body),
    updateLottery: ({ params, body }, caller) => lottery.desk.update(caller, params.lotteryId, body),
    publishLottery: ({ params }, caller) => lottery.desk.publish(caller, params.lotteryId),
    endLottery: ({ params, body }, caller) => lottery.desk.endEarly(caller, params.lotteryId, body.reason),
    draws: ({ params, query }, caller) => lottery.desk.draws(params.lotteryId, query, caller.scope),
    verifyLottery: ({ params }) => lottery.verify(params.lotteryId),
  })
