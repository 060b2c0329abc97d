import type { Expression } from 'kysely'
import type { Db } from '../../../kernel/db.ts'
import type { Scope } from '../../../kernel/scope.ts'
import { consenting, memberOpenids } from '../../members/index.ts'
import { followingMembers, type SegmentsApi } from '../../segments/index.ts'
import { Rules } from '../../segments/contract.ts'
import { creditHolders, type WechatApi } from '../../wechat/index.ts'
import type { Campaign } from '../repository/campaigns.ts'
import { addressOf } from './messages.ts'

/** Members as an account knows them. */
type People = Expression<{ memberId: string; openid: string }>

/** Whom a campaign is for: the frozen or present audience, and who of it can be written to. */
export interface Reach {
  readonly audience: Expression<{ memberId: string; homeStoreCode: string | null }>
  /** Known in the account that the route needs. */
  readonly identities: People
  /** Who may be sent the route's message now. */
  readonly holders: People
  /** Who has agreed to marketing messages; null = the purpose needs no such consent. */
  readonly willing: Expression<{ memberId: string }> | null
}

/** The scope that a campaign was made with. */
export const scopeOf = (campaign: Pick<Campaign, 'wholeChain'>, stores: string[]): Scope =>
  campaign.wholeChain === 1 ? { kind: 'all' } : { kind: 'stores', stores }

/** Which of the people may be sent the route's message now: they hold a credit, or take messages of the account at all. */
export async function allowedOf(
  db: Db,
  wechat: WechatApi,
  route: 'template' | 'subscribe',
  address: { appId: string; templateId: string },
  openids: readonly string[],
): Promise<Set<string>> {
  if (openids.length === 0) return new Set()
  const rows =
    route === 'template'
      ? await db
          .selectFrom(wechat.reachNow(db, address.appId).where('wechat_reach.openid', 'in', openids).as('r'))
          .select('r.openid')
          .where('r.template', '=', 1)
          .execute()
      : await creditHolders(db, address).where('openid', 'in', openids).execute()
  return new Set(rows.map(row => row.openid))
}

/** A marketing message needs the member's consent (withdrawn at any time); a service message does not. */
export const willingFor = (db: Db, purpose: string) =>
  purpose === 'marketing' ? consenting(db, 'marketing', 'wechat') : null

/** How to read the audience of a campaign by its rules and route. */
export function reachOf(
  db: Db,
  wechat: WechatApi,
  segments: SegmentsApi,
  campaign: Pick<Campaign, 'route' | 'purpose'>,
  rulesJson: string,
  scope: Scope,
): Reach {
  const audience = segments.audience(db, Rules.parse(JSON.parse(rulesJson)), scope)
  const willing = willingFor(db, campaign.purpose)
  if (campaign.route === 'template') {
    const { appId } = addressOf(wechat, 'template')
    const followers = followingMembers(db, appId)
    const holders = db
      .selectFrom(followers.as('f'))
      .innerJoin(wechat.reachNow(db, appId).as('r'), 'r.openid', 'f.openid')
      .select(['f.memberId', 'f.openid'])
      .where('r.template', '=', 1)
    return { audience, identities: followers, holders, willing }
  }
  // Without a message nobody has to be known: the relations are empty.
  const { appId, templateId } =
    campaign.route === 'subscribe' ? addressOf(wechat, 'subscribe') : { appId: '', templateId: '' }
  const identities = memberOpenids(db).where('member_identity.appId', '=', appId)
  const holders = db
    .selectFrom(identities.as('s'))
    .innerJoin(creditHolders(db, { appId, templateId }).as('c'), 'c.openid', 's.openid')
    .select(['s.memberId', 's.openid'])
  return { audience, identities, holders, willing }
}
