import { endpointList, isKnownPath } from 'wechat-api-ts/endpoints'
import { ok, refuse } from './answer.ts'
import { both, type Endpoints, text } from './call.ts'
import type { Quotas } from './quotas.ts'

const dailyOf = (path: string): number | null => endpointList.find(row => row.path === path)?.daily ?? null

/** The endpoints about quotas (wechat-protocol §3.11). */
export const quotaEndpoints = (quotas: Quotas): Endpoints => ({
  '/cgi-bin/clear_quota': both(({ account, data }) => {
    if (text(data, 'appid') !== account.appId) return refuse(40013)
    return quotas.clear(account.appId) ? ok() : refuse(48006)
  }),
  // With appid and secret, for the day on which the token endpoint itself is used up (§2.1).
  '/cgi-bin/clear_quota/v2': both(({ account }) => (quotas.clear(account.appId) ? ok() : refuse(48006))),
  '/cgi-bin/openapi/quota/get': both(({ account, data }) => {
    const path = text(data, 'cgi_path')
    if (!isKnownPath(path)) return refuse(76021)
    const { limit, used } = quotas.of(account.appId, path, dailyOf(path)) ?? { limit: 0, used: 0 }
    return ok({ quota: { daily_limit: limit, used, remain: Math.max(0, limit - used) } })
  }),
  '/cgi-bin/openapi/quota/clear': both(({ account, data }) => {
    const path = text(data, 'cgi_path')
    if (!isKnownPath(path)) return refuse(76021)
    return quotas.clearOne(account.appId, path) ? ok() : refuse(48006)
  }),
  '/cgi-bin/openapi/rid/get': both(({ data }) =>
    /^[\da-f]{8}-[\da-f]{8}-[\da-f]{8}$/.test(text(data, 'rid'))
      ? ok({ request: { invoke_time: 0, cost_in_ms: 1, request_url: '', request_body: '', response_body: '' } })
      : refuse(76001, 'rid not found'),
  ),
})
