import * as brand from '../modules/brand/words.ts'
import * as campaigns from '../modules/campaigns/words.ts'
import * as catalog from '../modules/catalog/words.ts'
import * as coupons from '../modules/coupons/words.ts'
import * as erp from '../modules/erp/words.ts'
import * as identity from '../modules/members/identity/words.ts'
import * as members from '../modules/members/words.ts'
import * as overview from '../modules/overview/words.ts'
import * as points from '../modules/points/words.ts'
import * as rewards from '../modules/rewards/words.ts'
import * as sales from '../modules/sales/words.ts'
import * as segments from '../modules/segments/words.ts'
import * as staff from '../modules/staff/words.ts'
import * as tickets from '../modules/tickets/words.ts'
import * as tiers from '../modules/tiers/words.ts'
import * as till from '../modules/till/words.ts'
import * as wechat from '../modules/wechat/words.ts'
import * as kit from '../ui/words.ts'
import * as app from './app-words.ts'

const rooms = {
  app,
  kit,
  brand,
  campaigns,
  catalog,
  coupons,
  erp,
  identity,
  members,
  overview,
  points,
  rewards,
  sales,
  segments,
  staff,
  tickets,
  tiers,
  till,
  wechat,
}

/** Every word of the admin, by room; permissions stand beside them, named as the server names them. */
export const zh = {
  ...Object.fromEntries(Object.entries(rooms).map(([name, room]) => [name, room.zh])),
  permissions: staff.permissionsZh,
}
export const en = {
  ...Object.fromEntries(Object.entries(rooms).map(([name, room]) => [name, room.en])),
  permissions: staff.permissionsEn,
}
