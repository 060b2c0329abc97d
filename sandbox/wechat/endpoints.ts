import { articleEndpoints } from './articles.ts'
import type { Endpoints } from './call.ts'
import { datacubeEndpoints } from './datacube.ts'
import { deskEndpoints, networkEndpoints } from './desk.ts'
import { mediaEndpoints } from './media.ts'
import { menuEndpoints } from './menus.ts'
import { massEndpoints } from './messages/mass.ts'
import { serviceEndpoints } from './messages/service.ts'
import { subscribeEndpoints } from './messages/subscribe.ts'
import { templateEndpoints } from './messages/template.ts'
import { miniEndpoints } from './mini.ts'
import { peopleEndpoints } from './people.ts'
import { codeEndpoints } from './qrcodes.ts'
import { tagEndpoints } from './tags.ts'
import { tokenEndpoints } from './tokens.ts'
import { webEndpoints } from './web-login.ts'

/** What the simulator answers, by path; a test holds it against the table of wechat-api-ts/endpoints. */
export const allEndpoints: Endpoints = {
  ...tokenEndpoints,
  ...webEndpoints,
  ...peopleEndpoints,
  ...tagEndpoints,
  ...menuEndpoints,
  ...codeEndpoints,
  ...serviceEndpoints,
  ...deskEndpoints,
  ...networkEndpoints,
  ...templateEndpoints,
  ...subscribeEndpoints,
  ...massEndpoints,
  ...mediaEndpoints,
  ...articleEndpoints,
  ...datacubeEndpoints,
  ...miniEndpoints,
}
