import { randomBytes } from 'node:crypto'
import type { QrCode } from '../state/console.ts'
import type { World } from '../state/world.ts'
import { type Answer, refuse } from './answer.ts'
import { type Call, type Endpoints, judging, object, official, text, whole } from './call.ts'

const longestMs = 2_592_000_000
const defaultSeconds = 60

const sceneOf = (action: string, scene: Record<string, unknown>): string | null => {
  if (action.includes('STR')) {
    const given = text(scene, 'scene_str')
    return given.length >= 1 && given.length <= 64 ? given : null
  }
  const id = whole(scene, 'scene_id')
  const most = action === 'QR_LIMIT_SCENE' ? 100_000 : 4_294_967_295
  return id !== null && id >= 1 && id <= most ? String(id) : null
}

/** wechat-protocol §3.7: temporary codes expire, of permanent ones there are 100,000 for ever; the same scene is the same code. */
const create = ({ world, account, desk, data }: Call): Answer => {
  const action = text(data, 'action_name')
  if (!['QR_SCENE', 'QR_STR_SCENE', 'QR_LIMIT_SCENE', 'QR_LIMIT_STR_SCENE'].includes(action)) return refuse(40053)
  const scene = sceneOf(action, object(object(data, 'action_info') ?? {}, 'scene') ?? {})
  if (scene === null) return refuse(40053)
  const permanent = action.startsWith('QR_LIMIT')
  const seconds = whole(data, 'expire_seconds') ?? defaultSeconds
  if (!permanent && (seconds < 1 || seconds * 1000 > longestMs)) return refuse(40097)
  const known = permanent ? desk.permanentScenes.get(scene) : undefined
  if (known !== undefined) return { ticket: known.ticket, url: known.url }
  if (permanent && desk.permanentScenes.size >= world.settings.permanentCodes) return refuse(45029)
  const code: QrCode = {
    ticket: `gQ${randomBytes(60).toString('base64url')}==`,
    appId: account.appId,
    scene,
    numeric: !action.includes('STR'),
    expiresAt: permanent ? null : world.now() + seconds * 1000,
    url: `http://weixin.qq.com/q/${randomBytes(12).toString('base64url')}`,
    at: world.now(),
  }
  desk.codes.set(code.ticket, code)
  if (permanent) desk.permanentScenes.set(scene, code)
  world.changes.count++
  return { ticket: code.ticket, ...(permanent ? {} : { expire_seconds: seconds }), url: code.url }
}

/** The code of a ticket or of the address inside the picture; null when it is unknown, `expired` when it is over. */
export const scanned = (world: World, appId: string, what: string): QrCode | 'expired' | null => {
  const desk = world.console(appId)
  const code = desk.codes.get(what) ?? [...desk.codes.values()].find(one => one.url === what)
  if (code === undefined) return null
  return code.expiresAt !== null && code.expiresAt <= world.now() ? 'expired' : code
}

/** wechat-protocol §3.7. */
export const codeEndpoints: Endpoints = { '/cgi-bin/qrcode/create': judging(official(create)) }
