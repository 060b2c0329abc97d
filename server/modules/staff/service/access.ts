import type { Context } from 'koa'
import { commonErrors } from '../../../kernel/errors.ts'
import { inTransaction } from '../../../kernel/db.ts'
import type { StaffCaller } from '../../../kernel/http/caller.ts'
import type { Kernel } from '../../../kernel/module.ts'
import { sameSecret } from '../../../kernel/secret.ts'
import { ROLE_PERMISSIONS, staffErrors, type Me } from '../contract.ts'
import { staffRepository, type StaffRecord } from '../repository/people.ts'
import type { Audit } from './audit.ts'
import { hashPassword, verifyPassword } from './password.ts'
import { sessionStore, type Session } from './sessions.ts'
import { loginThrottle } from './throttle.ts'

export const SESSION_COOKIE = 'zg_session'
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Log-in, sessions, and who is calling. */
export function access({ db, redis, clock, config }: Pick<Kernel, 'db' | 'redis' | 'clock' | 'config'>, audit: Audit) {
  const sessions = sessionStore(redis, config.REDIS_PREFIX)
  const throttle = loginThrottle(redis, config.REDIS_PREFIX)
  // Verified against when there is no such person, so that the time taken tells nothing.
  const nobody = hashPassword('nobody has this password')

  const meOf = (staff: StaffRecord, session: Session): Me => ({
    staffId: staff.id,
    username: staff.username,
    name: staff.name,
    role: staff.role,
    permissions: [...ROLE_PERMISSIONS[staff.role]],
    stores: staff.stores,
    mustChange: staff.mustChange,
    csrfToken: session.csrf,
  })

  async function open(ctx: Context, staff: StaffRecord): Promise<Me> {
    const { token, session } = await sessions.open(staff.id, staff.sessionEpoch)
    ctx.cookies.set(SESSION_COOKIE, token, {
      httpOnly: true,
      sameSite: 'lax',
      secure: config.COOKIE_SECURE,
      overwrite: true,
    })
    return meOf(staff, session)
  }

  async function current(ctx: Context): Promise<{ staff: StaffRecord; session: Session; token: string }> {
    const token = ctx.cookies.get(SESSION_COOKIE)
    const session = token === undefined ? null : await sessions.find(token)
    if (token === undefined || session === null) throw commonErrors.unauthenticated()
    const staff = await staffRepository(db).byId(session.staffId)
    if (staff === null || staff.state !== 'active' || staff.sessionEpoch !== session.epoch)
      throw commonErrors.unauthenticated()
    return { staff, session, token }
  }

  return {
    async login(ctx: Context, username: string, password: string): Promise<Me> {
      // A form on another site can neither set this type nor pass the browser's own mark.
      if (ctx.get('sec-fetch-site') === 'cross-site' || !ctx.is('application/json')) throw commonErrors.badCsrf()
      await throttle.check(username, ctx.ip)
      const staff = await staffRepository(db).byUsername(username)
      const matches = await verifyPassword(password, staff?.passwordHash ?? (await nobody))
      if (staff === null || !matches || staff.state !== 'active') {
        await throttle.failed(username)
        throw staffErrors.wrongPassword()
      }
      await throttle.passed(username)
      await staffRepository(db).touchLogin(staff.id, clock.now())
      return open(ctx, staff)
    },

    async logout(ctx: Context): Promise<void> {
      const token = ctx.cookies.get(SESSION_COOKIE)
      if (token !== undefined) await sessions.close(token)
      ctx.cookies.set(SESSION_COOKIE, null)
    },

    async me(ctx: Context): Promise<Me> {
      const { staff, session } = await current(ctx)
      return meOf(staff, session)
    },

    async changePassword(
      ctx: Context,
      caller: StaffCaller,
      { current: old, next }: { current: string; next: string },
    ): Promise<Me> {
      const { staff } = await current(ctx)
      if (!(await verifyPassword(old, staff.passwordHash))) throw staffErrors.wrongPassword()
      if (old === next) throw staffErrors.samePassword()
      const passwordHash = await hashPassword(next)
      await inTransaction(db, async tx => {
        await staffRepository(tx).update(staff.id, { passwordHash, mustChange: 0 })
        await audit(tx, caller, { action: 'staff.changePassword', subjectKind: 'staff', subjectId: staff.id })
      })
      return open(ctx, { ...staff, mustChange: false, sessionEpoch: staff.sessionEpoch + 1 })
    },

    /**
     * Who of the staff is calling; with a permission, only those who have it. Changes need the session's CSRF token in
     * the header x-csrf-token. Whoever still has a one-time password may do nothing but change it.
     */
    async authenticate(ctx: Context, permission: string | null): Promise<StaffCaller> {
      const { staff, session, token } = await current(ctx)
      if (!SAFE.has(ctx.method) && !sameSecret(ctx.get('x-csrf-token'), session.csrf)) throw commonErrors.badCsrf()
      const permissions: readonly string[] = ROLE_PERMISSIONS[staff.role]
      if (permission !== null && (staff.mustChange || !permissions.includes(permission)))
        throw commonErrors.forbidden({ permission })
      return {
        kind: 'staff',
        staffId: staff.id,
        name: staff.name,
        role: staff.role,
        permissions,
        scope: staff.stores.all ? { kind: 'all' } : { kind: 'stores', stores: staff.stores.codes },
        sessionId: token.slice(0, 8),
        ip: ctx.ip,
      }
    },
  }
}
