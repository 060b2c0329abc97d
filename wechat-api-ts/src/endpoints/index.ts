import { credentials, network } from './credentials.ts'
import { datacube } from './datacube.ts'
import { desk } from './desk.ts'
import { drafts, publish } from './drafts.ts'
import type { Endpoint } from './endpoint.ts'
import { mass } from './mass.ts'
import { materials, media } from './media.ts'
import { menus } from './menus.ts'
import { checks, codes, links, miniprogram } from './miniprogram.ts'
import { oauth } from './oauth.ts'
import { qrcodes } from './qrcodes.ts'
import { quota } from './quota.ts'
import { service } from './service.ts'
import { subscribe } from './subscribe.ts'
import { blacklist, tags } from './tags.ts'
import { templates } from './templates.ts'
import { users } from './users.ts'

export type { Answer, Auth, Endpoint, Host } from './endpoint.ts'

/** The table: areas, and in each its rows by name. */
export type Endpoints = {
  readonly credentials: typeof credentials
  readonly network: typeof network
  readonly oauth: typeof oauth
  readonly users: typeof users
  readonly tags: typeof tags
  readonly blacklist: typeof blacklist
  readonly menus: typeof menus
  readonly qrcodes: typeof qrcodes
  readonly service: typeof service
  readonly desk: typeof desk
  readonly templates: typeof templates
  readonly subscribe: typeof subscribe
  readonly mass: typeof mass
  readonly media: typeof media
  readonly materials: typeof materials
  readonly drafts: typeof drafts
  readonly publish: typeof publish
  readonly datacube: typeof datacube
  readonly quota: typeof quota
  readonly miniprogram: typeof miniprogram
  readonly links: typeof links
  readonly codes: typeof codes
  readonly checks: typeof checks
}

/** Every WeChat endpoint by area and name. */
export const endpoints: Endpoints = {
  credentials,
  network,
  oauth,
  users,
  tags,
  blacklist,
  menus,
  qrcodes,
  service,
  desk,
  templates,
  subscribe,
  mass,
  media,
  materials,
  drafts,
  publish,
  datacube,
  quota,
  miniprogram,
  links,
  codes,
  checks,
}

/** One row with its name, for example `users.info`. */
export interface NamedEndpoint extends Endpoint {
  readonly name: string
}

/** All rows in one list. */
export const endpointList: readonly NamedEndpoint[] = Object.entries<Record<string, Endpoint>>(endpoints).flatMap(
  ([area, rows]) => Object.entries(rows).map(([name, row]) => ({ ...row, name: `${area}.${name}` })),
)

const byRoute = new Map(endpointList.map(row => [`${row.method} ${row.path}`, row]))
const paths = new Set(endpointList.map(row => row.path))

/** The row of a method and path (no query); null where there is none. */
export const endpointAt = (method: string, path: string): NamedEndpoint | null =>
  byRoute.get(`${method} ${path}`) ?? null

/** Whether any row has this path: a known path asked by the wrong method answers 43001 or 43002, an unknown one 404. */
export const isKnownPath = (path: string): boolean => paths.has(path)
