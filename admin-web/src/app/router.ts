import { createRouter, createWebHistory, type Router } from 'vue-router'
import type { Permission } from '../api/permissions.ts'
import { firstRoom } from './rooms.ts'
import { useSession } from './session.ts'

declare module 'vue-router' {
  interface RouteMeta {
    room?: string
    needs?: Permission
    /** Fills the window below the top bar and scrolls inside. */
    full?: boolean
  }
}

/** The pages of the admin, each loaded when it is first gone to; whoever is not logged in goes to the log-in page. */
export function makeRouter(): Router {
  const router = createRouter({
    history: createWebHistory('/'),
    scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
    routes: [
      { path: '/login', name: 'login', component: () => import('../modules/staff/LoginPage.vue') },
      // In the window of a till: without the rail and the bar of the admin.
      { path: '/till-panel', component: () => import('../modules/till/PanelPage.vue') },
      {
        path: '/',
        component: () => import('./AppShell.vue'),
        children: [
          {
            path: '',
            name: 'overview',
            component: () => import('../modules/overview/OverviewPage.vue'),
            meta: { room: 'overview' },
          },
          {
            path: 'members',
            component: () => import('../modules/members/MemberList.vue'),
            meta: { room: 'members', needs: 'members.read' },
          },
          {
            path: 'members/review',
            component: () => import('../modules/members/identity/ReviewPage.vue'),
            meta: { room: 'members', needs: 'members.read' },
          },
          {
            path: 'members/requests',
            component: () => import('../modules/members/identity/RequestList.vue'),
            meta: { room: 'members', needs: 'members.read' },
          },
          {
            path: 'members/:memberId',
            component: () => import('../modules/members/MemberPage.vue'),
            meta: { room: 'members', needs: 'members.read' },
          },
          {
            path: 'sales',
            component: () => import('../modules/sales/SalesList.vue'),
            meta: { room: 'sales', needs: 'sales.read' },
          },
          {
            path: 'segments',
            component: () => import('../modules/segments/SegmentList.vue'),
            meta: { room: 'segments', needs: 'segments.read' },
          },
          {
            path: 'segments/:segmentId',
            component: () => import('../modules/segments/SegmentPage.vue'),
            meta: { room: 'segments', needs: 'segments.read' },
          },
          {
            path: 'campaigns',
            component: () => import('../modules/campaigns/CampaignList.vue'),
            meta: { room: 'campaigns', needs: 'campaigns.read' },
          },
          {
            path: 'campaigns/new',
            component: () => import('../modules/campaigns/CampaignWizard.vue'),
            meta: { room: 'campaigns', needs: 'campaigns.write' },
          },
          {
            path: 'campaigns/:campaignId/edit',
            component: () => import('../modules/campaigns/CampaignWizard.vue'),
            meta: { room: 'campaigns', needs: 'campaigns.write' },
          },
          {
            path: 'campaigns/:campaignId',
            component: () => import('../modules/campaigns/CampaignPage.vue'),
            meta: { room: 'campaigns', needs: 'campaigns.read' },
          },
          {
            path: 'tiers',
            component: () => import('../modules/tiers/TiersPage.vue'),
            meta: { room: 'tiers', needs: 'tiers.read' },
          },
          {
            path: 'points',
            component: () => import('../modules/points/PointsPage.vue'),
            meta: { room: 'points', needs: 'points.read' },
          },
          {
            path: 'coupons',
            component: () => import('../modules/coupons/TemplateList.vue'),
            meta: { room: 'coupons', needs: 'coupons.read' },
          },
          {
            path: 'coupons/new',
            component: () => import('../modules/coupons/TemplateForm.vue'),
            meta: { room: 'coupons', needs: 'coupons.write' },
          },
          {
            path: 'coupons/uses',
            component: () => import('../modules/coupons/CouponUses.vue'),
            meta: { room: 'coupons', needs: 'coupons.read' },
          },
          {
            path: 'coupons/compensations',
            component: () => import('../modules/coupons/CompensationList.vue'),
            meta: { room: 'coupons', needs: 'coupons.read' },
          },
          {
            path: 'coupons/bulk',
            component: () => import('../modules/coupons/BulkList.vue'),
            meta: { room: 'coupons', needs: 'coupons.read' },
          },
          {
            path: 'coupons/bulk/:bulkId',
            component: () => import('../modules/coupons/BulkPage.vue'),
            meta: { room: 'coupons', needs: 'coupons.read' },
          },
          {
            path: 'coupons/:templateId/edit',
            component: () => import('../modules/coupons/TemplateForm.vue'),
            meta: { room: 'coupons', needs: 'coupons.write' },
          },
          {
            path: 'coupons/:templateId',
            component: () => import('../modules/coupons/TemplatePage.vue'),
            meta: { room: 'coupons', needs: 'coupons.read' },
          },
          {
            path: 'rewards',
            component: () => import('../modules/rewards/RewardsPage.vue'),
            meta: { room: 'rewards', needs: 'rewards.read' },
          },
          {
            path: 'rewards/products/new',
            component: () => import('../modules/rewards/mall/ProductForm.vue'),
            meta: { room: 'rewards', needs: 'rewards.write' },
          },
          {
            path: 'rewards/products/:productId',
            component: () => import('../modules/rewards/mall/ProductForm.vue'),
            meta: { room: 'rewards', needs: 'rewards.read' },
          },
          {
            path: 'rewards/surveys/new',
            component: () => import('../modules/rewards/survey/SurveyForm.vue'),
            meta: { room: 'rewards', needs: 'rewards.write' },
          },
          {
            path: 'rewards/surveys/:surveyId',
            component: () => import('../modules/rewards/survey/SurveyPage.vue'),
            meta: { room: 'rewards', needs: 'rewards.read' },
          },
          {
            path: 'rewards/lotteries/new',
            component: () => import('../modules/rewards/lottery/LotteryForm.vue'),
            meta: { room: 'rewards', needs: 'rewards.write' },
          },
          {
            path: 'rewards/lotteries/:lotteryId',
            component: () => import('../modules/rewards/lottery/LotteryPage.vue'),
            meta: { room: 'rewards', needs: 'rewards.read' },
          },
          {
            path: 'rewards/lotteries/:lotteryId/edit',
            component: () => import('../modules/rewards/lottery/LotteryForm.vue'),
            meta: { room: 'rewards', needs: 'rewards.write' },
          },
          {
            path: 'pick-up',
            component: () => import('../modules/rewards/orders/PickUpDesk.vue'),
            meta: { room: 'pickUp', needs: 'rewards.handOver' },
          },
          {
            path: 'wechat/replies',
            component: () => import('../modules/wechat/ReplyList.vue'),
            meta: { room: 'replies', needs: 'wechat.read' },
          },
          {
            path: 'wechat/replies/new',
            component: () => import('../modules/wechat/ReplyEditor.vue'),
            meta: { room: 'replies', needs: 'wechat.manage' },
          },
          {
            path: 'wechat/replies/:ruleId',
            component: () => import('../modules/wechat/ReplyEditor.vue'),
            meta: { room: 'replies', needs: 'wechat.read' },
          },
          {
            path: 'wechat/menu',
            component: () => import('../modules/wechat/MenuPage.vue'),
            meta: { room: 'wechatMenu', needs: 'wechat.read' },
          },
          {
            path: 'wechat/codes',
            component: () => import('../modules/wechat/CodeList.vue'),
            meta: { room: 'wechatCodes', needs: 'codes.read' },
          },
          {
            path: 'wechat/codes/new',
            component: () => import('../modules/wechat/CodeForm.vue'),
            meta: { room: 'wechatCodes', needs: 'codes.write' },
          },
          {
            path: 'wechat/codes/bulk',
            component: () => import('../modules/wechat/CodeForm.vue'),
            meta: { room: 'wechatCodes', needs: 'codes.write' },
          },
          {
            path: 'wechat/codes/print',
            component: () => import('../modules/wechat/CodePrint.vue'),
            meta: { room: 'wechatCodes', needs: 'codes.read' },
          },
          {
            path: 'wechat/codes/:codeId',
            component: () => import('../modules/wechat/CodePage.vue'),
            meta: { room: 'wechatCodes', needs: 'codes.read' },
          },
          {
            path: 'wechat/codes/:codeId/edit',
            component: () => import('../modules/wechat/CodeForm.vue'),
            meta: { room: 'wechatCodes', needs: 'codes.write' },
          },
          {
            path: 'wechat/moments',
            component: () => import('../modules/wechat/MomentList.vue'),
            meta: { room: 'wechatMoments', needs: 'wechat.read' },
          },
          {
            path: 'wechat/masses',
            component: () => import('../modules/wechat/MassList.vue'),
            meta: { room: 'wechatMasses', needs: 'wechat.read' },
          },
          {
            path: 'wechat/masses/new',
            component: () => import('../modules/wechat/MassForm.vue'),
            meta: { room: 'wechatMasses', needs: 'wechat.manage' },
          },
          {
            path: 'wechat/masses/:massId',
            component: () => import('../modules/wechat/MassPage.vue'),
            meta: { room: 'wechatMasses', needs: 'wechat.read' },
          },
          {
            path: 'wechat/followers',
            component: () => import('../modules/wechat/FollowerList.vue'),
            meta: { room: 'wechatFollowers', needs: 'wechat.read' },
          },
          {
            path: 'wechat/tags',
            component: () => import('../modules/wechat/TagList.vue'),
            meta: { room: 'wechatTags', needs: 'codes.read' },
          },
          {
            path: 'wechat/unknown',
            component: () => import('../modules/wechat/UnknownList.vue'),
            meta: { room: 'wechatUnknown', needs: 'wechat.read' },
          },
          {
            path: 'wechat/accounts',
            component: () => import('../modules/wechat/AccountList.vue'),
            meta: { room: 'wechatAccounts', needs: 'wechat.read' },
          },
          {
            path: 'wechat/pay',
            component: () => import('../modules/wechat/PayPage.vue'),
            meta: { room: 'wechatAccounts', needs: 'wechat.read' },
          },
          {
            path: 'wechat/accounts/new',
            component: () => import('../modules/wechat/AccountWizard.vue'),
            meta: { room: 'wechatAccounts', needs: 'wechat.accounts' },
          },
          {
            path: 'wechat/accounts/:appId',
            component: () => import('../modules/wechat/AccountPage.vue'),
            meta: { room: 'wechatAccounts', needs: 'wechat.read' },
          },
          {
            path: 'tickets/:ticketId?',
            component: () => import('../modules/tickets/DeskPage.vue'),
            meta: { room: 'tickets', needs: 'tickets.read', full: true },
          },
          {
            path: 'tills',
            component: () => import('../modules/till/TillPage.vue'),
            meta: { room: 'till', needs: 'till.read' },
          },
          {
            path: 'desk',
            component: () => import('../modules/till/desk/DeskPage.vue'),
            meta: { room: 'tillDesk', needs: 'till.desk' },
          },
          {
            path: 'imports',
            component: () => import('../modules/erp/ImportsPage.vue'),
            meta: { room: 'imports', needs: 'imports.read' },
          },
          {
            path: 'imports/new',
            component: () => import('../modules/erp/ImportWizard.vue'),
            meta: { room: 'imports', needs: 'imports.write' },
          },
          {
            path: 'imports/quarantine',
            component: () => import('../modules/erp/QuarantinePage.vue'),
            meta: { room: 'imports', needs: 'imports.read' },
          },
          {
            path: 'imports/:importId',
            component: () => import('../modules/erp/ImportPage.vue'),
            meta: { room: 'imports', needs: 'imports.read' },
          },
          {
            path: 'stores',
            component: () => import('../modules/catalog/StoreList.vue'),
            meta: { room: 'stores', needs: 'catalog.read' },
          },
          {
            path: 'staff',
            component: () => import('../modules/staff/StaffList.vue'),
            meta: { room: 'staff', needs: 'staff.read' },
          },
          {
            path: 'brand',
            component: () => import('../modules/brand/BrandPage.vue'),
            meta: { room: 'brand', needs: 'brand.write' },
          },
          {
            path: 'audit',
            component: () => import('../modules/staff/AuditList.vue'),
            meta: { room: 'audit', needs: 'audit.read' },
          },
          { path: ':rest(.*)*', component: () => import('./NotFound.vue') },
        ],
      },
    ],
  })
  router.beforeEach(async to => {
    const me = await useSession().find()
    if (me === null && to.name !== 'login')
      return { name: 'login', query: to.fullPath === '/' ? {} : { to: to.fullPath } }
    if (me !== null && to.name === 'login') return { path: '/' }
    if (me !== null && to.name === 'overview' && !useSession().may('sales.read')) {
      const first = firstRoom(useSession().may)
      if (first !== null) return { path: first.path }
    }
    return true
  })
  return router
}
