import type { Expression } from 'kysely'
import type { Db } from '../../../kernel/db.ts'
import type { Scope } from '../../../kernel/scope.ts'
import { memberOpenids } from '../../members/index.ts'
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
}

/** The scope that a campaign was made with. */
export const scopeOf = (campaign: Pick<Campaign, 'wholeChain'>, stores: string[]): Scope =>
  campaign.wholeChain === 1 ? { kind: 'all' } : { kind: 'stores', stores }

/** How to read the audience of a campaign by its rules and route. */
export function reachOf(
  db: Db,
  wechat: WechatApi,
  segments: SegmentsApi,
  campaign: Pick<Campaign, 'route'>,
  rulesJson: string,
  scope: Scope,
): Reach {
  const audience = segments.audience(db, Rules.parse(JSON.parse(rulesJson)), scope)
  if (campaign.route === 'template') {
    const { appId } = addressOf(wechat, 'template')
    const followers = followingMembers(db, appId)
    return { audience, identities: followers, holders: followers }
  }
  // Without a message nobody has to be known: the relations are empty.
  const { appId, templateId } =
    campaign.route === 'subscribe' ? addressOf(wechat, 'subscribe') : { appId: '', templateId: '' }
  const identities = memberOpenids(db).where('member_identity.appId', '=', appId)
  const holders = db
    .selectFrom(identities.as('s'))
    .innerJoin(creditHolders(db, { appId, templateId }).as('c'), 'c.openid', 's.openid')
    .select(['s.memberId', 's.openid'])
  return { audience, identities, holders }
}
