import type { Authenticators } from './app.ts'
import type { Kernel, Module } from './kernel/module.ts'
import { inScope } from './kernel/scope.ts'
import { createBrand } from './modules/brand/index.ts'
import { campaignsPart, createCampaigns } from './modules/campaigns/index.ts'
import { categoryTree, createCatalog } from './modules/catalog/index.ts'
import { createChannels } from './modules/channels/index.ts'
import { couponsPart, createCoupons } from './modules/coupons/index.ts'
import { createErp } from './modules/erp/index.ts'
import { createFiles } from './modules/files/index.ts'
import { consenting, createMembers, memberOpenids } from './modules/members/index.ts'
import { createPoints } from './modules/points/index.ts'
import { createRewards, rewardsPart } from './modules/rewards/index.ts'
import { createSales, receiptsPart } from './modules/sales/index.ts'
import { addressesOf, createSegments, membersAt } from './modules/segments/index.ts'
import { createStaff } from './modules/staff/index.ts'
import { createTickets, ticketsPart } from './modules/tickets/index.ts'
import { createTiers, tiersPart } from './modules/tiers/index.ts'
import { createTill, invoicesPart, withheldTexts } from './modules/till/index.ts'
import { createWechat } from './modules/wechat/index.ts'
import { timelineParts } from './member-timeline.ts'
import { replyValues } from './reply-values.ts'
import { segmentPeople } from './segment-people.ts'

/** The composition root: builds every module once, lower rings first; the only file that knows them all. */
export function createModules(kernel: Kernel) {
  const staff = createStaff(kernel)
  const files = createFiles(kernel)
  const { audit } = staff.api
  const brand = createBrand(kernel, { audit, files: files.api })
  const wechat = createWechat(kernel, {
    audit,
    files: files.api,
    codePeople: {
      audit,
      colleagues: staff.api.colleagues,
      staffNames: ids => staff.api.staffNames(kernel.db, ids),
    },
    replyValues: memberId =>
      replyValues(
        kernel.db,
        { members: members.api, points: points.api, coupons: coupons.api, tiers: tiers.api, catalog: catalog.api },
        memberId,
      ),
    segmentPeople: (segmentId, to, scope) => segmentPeople(kernel.db, segments.api, segmentId, to, scope),
    memberIdOf: ({ appId, openid, unionid }) => members.api.memberIdOf(appId, openid, unionid),
    async peopleOf(memberId, scope) {
      const { state } = await members.api.inReach(memberId, scope)
      if (state === 'closed') return { people: [], willing: false }
      const people = await addressesOf(kernel.db, memberId)
      const agreed = consenting(kernel.db, 'marketing', 'wechat').where('memberId', '=', memberId)
      return { people, willing: (await agreed.executeTakeFirst()) !== undefined }
    },
    async peopleBy(phoneOrCard, scope) {
      const found = [
        ...(await members.api.idsByPhones(kernel.db, [phoneOrCard])).values(),
        ...(await members.api.idsByCards(kernel.db, [phoneOrCard])).values(),
      ]
      const briefs = await members.api.briefs(kernel.db, found)
      const ids = found.filter(id => inScope(scope, briefs.get(id)?.homeStore ?? null))
      return (await Promise.all(ids.map(id => addressesOf(kernel.db, id)))).flat()
    },
    async membersAt(people, scope) {
      const ids = await membersAt(kernel.db, people)
      const briefs = await members.api.briefs(kernel.db, [...new Set(ids.values())])
      return new Map(
        [...ids].flatMap(([at, memberId]) => {
          const brief = briefs.get(memberId)
          return inScope(scope, brief?.homeStore ?? null) ? [[at, { memberId, name: brief?.name ?? '' }] as const] : []
        }),
      )
    },
  })
  const members = createMembers(kernel, {
    audit,
    recruiters: staff.api,
    originOf: async (person, scene) =>
      (scene === null ? null : await wechat.api.originOfScene(person, scene)) ?? wechat.api.originOf(person),
    accountOf: appId => {
      const account = wechat.api.accounts.byId(appId)
      return account === null ? null : { kind: account.kind, name: account.name }
    },
    phoneByCode: wechat.api.phoneByCode,
    files: files.api,
    storeNames: codes => catalog.api.storeNames(kernel.db, codes),
    timeline: () => timelineParts(kernel, { wechat: wechat.api, staff: staff.api }),
    moveWallet: (tx, move) => points.api.moveAll(tx, { ...move, reason: 'household' }),
    // In this order a merge moves them: tiers are decided by the receipts that are there by then.
    parts: () => [
      points.api.part,
      receiptsPart(),
      couponsPart(kernel),
      rewardsPart(),
      ticketsPart(),
      tiersPart(kernel),
      invoicesPart(kernel),
    ],
    kept: () => [
      {
        name: 'wechat',
        label: { zh: '微信消息', en: 'WeChat messages' },
        collect: async (db, memberId) => wechat.api.keptOf(db, await addressesOf(db, memberId)),
      },
      campaignsPart(),
    ],
  })
  const catalog = createCatalog(kernel, { audit })
  const sales = createSales(kernel, { catalog: catalog.api, members: members.api })
  const points = createPoints(
    kernel,
    {
      audit,
      members: members.api,
      staffNames: staff.api.staffNames,
      tiersOn: (db, memberIds, day) => tiers.api.tiersOn(db, memberIds, day),
      claimReceipt: (tx, documentId, memberId) => sales.api.claim(tx, documentId, memberId),
      withheld: withheldTexts,
    },
    () => [tiers.api.check, ...coupons.api.checks],
  )
  const erp = createErp(kernel, {
    files: files.api,
    audit,
    streams: [...catalog.api.streams, members.api.cards, sales.api.stream, points.api.openingStream],
  })
  const coupons = createCoupons(kernel, {
    audit,
    members: members.api,
    wechat: wechat.api,
    storeNames: codes => catalog.api.storeNames(kernel.db, codes),
    rail: {
      find: () => wechat.api.productCoupons(),
      async people(db, memberIds) {
        const { appId } = wechat.api.accounts.mini()
        const rows =
          memberIds.length === 0
            ? []
            : await memberOpenids(db).where('appId', '=', appId).where('memberId', 'in', memberIds).execute()
        return { appId, openids: new Map(rows.map(({ memberId, openid }) => [memberId, openid])) }
      },
    },
    bulk: { files: files.api, members: members.api, staffNames: ids => staff.api.staffNames(kernel.db, ids) },
  })
  const tiers = createTiers(kernel, {
    audit,
    members: members.api,
    pointCost: async db => (await points.api.rules(db)).cost,
    setTierMultipliers: (tx, caller, rows, validFrom) => points.api.setTierMultipliers(tx, caller, rows, validFrom),
    couponWorth: (db, templateIds) => coupons.api.worths(db, templateIds),
    issueCoupon: (tx, templateId, items) => coupons.api.issue(tx, templateId, items),
  })
  const rewards = createRewards(kernel, {
    audit,
    files: files.api,
    members: members.api,
    points: points.api,
    coupons: coupons.api,
    tiers: tiers.api,
    wechat: wechat.api,
    storeNames: catalog.api.storeNames,
  })
  const channels = createChannels(kernel)
  const segments = createSegments(kernel, { wechat: wechat.api, members: members.api, audit })
  const campaigns = createCampaigns(kernel, {
    wechat: wechat.api,
    members: members.api,
    segments: segments.api,
    coupons: coupons.api,
    audit,
    storeNames: codes => catalog.api.storeNames(kernel.db, codes),
  })
  const till = createTill(kernel, {
    audit,
    members: members.api,
    points: points.api,
    coupons: coupons.api,
    tierRank: async (db, memberId) => ((await tiers.api.benefitsOf(db, [memberId])).get(memberId)?.rank ?? -1) + 1,
    tierName: async (db, memberId) => (await tiers.api.benefitsOf(db, [memberId])).get(memberId)?.name ?? null,
    productsOf: catalog.api.productsByCode,
    categoryNames: async (db, codes) =>
      new Map(
        (
          await categoryTree(db)
            .where('code', 'in', [...codes])
            .execute()
        ).map(({ code, name }) => [code, name]),
      ),
    storeNames: catalog.api.storeNames,
    staffNames: staff.api.staffNames,
    recordSale: async (tx, { cardNo, ...document }) => {
      const memberRef = cardNo === null ? null : ({ kind: 'card', value: cardNo } as const)
      return { documentId: (await sales.api.record(tx, { ...document, memberRef })).id }
    },
    withdrawSale: sales.api.withdraw,
  })
  const tickets = createTickets(kernel, { wechat: wechat.api, members: members.api, audit, files: files.api })

  const all: readonly Module<unknown>[] = [
    staff,
    files,
    brand,
    wechat,
    members,
    catalog,
    sales,
    erp,
    points,
    tiers,
    coupons,
    rewards,
    till,
    channels,
    segments,
    campaigns,
    tickets,
  ]

  const authenticators: Authenticators = {
    staff: staff.api.authenticate,
    shopper: wechat.api.authenticate,
    till: till.api.authenticate,
  }
  return {
    all,
    authenticators,
    handlers: all.flatMap(module => module.handlers ?? []),
    jobs: all.flatMap(module => module.jobs ?? []),
    staff: staff.api,
    files: files.api,
    wechat: wechat.api,
    members: members.api,
    catalog: catalog.api,
    sales: sales.api,
    erp: erp.api,
    points: points.api,
    tiers: tiers.api,
    coupons: coupons.api,
    rewards: rewards.api,
    till: till.api,
  }
}
export type Modules = ReturnType<typeof createModules>
