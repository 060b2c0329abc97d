import { z } from 'zod'
import { errors } from '../../kernel/errors.ts'
import { contract } from '../../kernel/http/contract.ts'
import { pageOf, PageQuery } from '../../kernel/page.ts'
import { viewOperations } from './contract/views.ts'

/** What may be done, by permission; each operation of the admin names one. */
export const PERMISSIONS = [
  'staff.read',
  'staff.write',
  'audit.read',
  'members.read',
  'members.write',
  'members.reveal',
  'members.close',
  'catalog.read',
  'catalog.write',
  'stores.write',
  'sales.read',
  'imports.read',
  'imports.write',
  'points.read',
  'points.adjust',
  'points.rules',
  'points.approve',
  'points.audit',
  'tiers.read',
  'tiers.write',
  'coupons.read',
  'coupons.write',
  'coupons.compensate',
  'rewards.read',
  'rewards.write',
  'rewards.handOver',
  'till.read',
  'till.write',
  'till.terms',
  'till.desk',
  'till.alerts',
  'till.rules',
  'till.invoice',
  'segments.read',
  'segments.write',
  'campaigns.read',
  'campaigns.write',
  'campaigns.send',
  'tickets.read',
  'tickets.write',
  'wechat.read',
  'wechat.accounts',
  'wechat.manage',
  'codes.read',
  'codes.write',
  'brand.write',
  'views.share',
] as const
export type Permission = (typeof PERMISSIONS)[number]

export const ROLES = ['owner', 'marketer', 'storeManager', 'cashier', 'guide', 'agent', 'finance', 'analyst'] as const
export type Role = (typeof ROLES)[number]

/** What each role may do. Least permission: a role has what its day's work needs, and no more. */
export const ROLE_PERMISSIONS: Readonly<Record<Role, readonly Permission[]>> = {
  owner: PERMISSIONS,
  marketer: [
    'members.read',
    'catalog.read',
    'sales.read',
    'imports.read',
    'points.read',
    'tiers.read',
    'coupons.read',
    'coupons.write',
    'coupons.compensate',
    'segments.read',
    'segments.write',
    'campaigns.read',
    'campaigns.write',
    'campaigns.send',
    'codes.read',
    'codes.write',
    'wechat.read',
    'wechat.manage',
    'rewards.read',
    'rewards.write',
    'views.share',
  ],
  storeManager: [
    'members.read',
    'members.write',
    'members.reveal',
    'catalog.read',
    'stores.write',
    'sales.read',
    'imports.read',
    'points.read',
    'coupons.read',
    'coupons.compensate',
    'segments.read',
    'campaigns.read',
    'tickets.read',
    'tickets.write',
    'till.read',
    'till.desk',
    'till.alerts',
    'till.invoice',
    'staff.read',
    'codes.read',
    'codes.write',
    'rewards.read',
    'rewards.handOver',
  ],
  cashier: ['members.read', 'catalog.read', 'coupons.read', 'till.desk', 'rewards.handOver'],
  guide: [
    'members.read',
    'catalog.read',
    'sales.read',
    'points.read',
    'coupons.read',
    'till.desk',
    'codes.read',
    'rewards.read',
    'rewards.handOver',
  ],
  agent: [
    'members.read',
    'members.write',
    'members.reveal',
    'catalog.read',
    'sales.read',
    'points.read',
    'points.adjust',
    'coupons.read',
    'coupons.compensate',
    'tickets.read',
    'tickets.write',
    'wechat.read',
    'rewards.read',
  ],
  finance: [
    'sales.read',
    'catalog.read',
    'points.read',
    'points.approve',
    'points.audit',
    'tiers.read',
    'coupons.read',
    'imports.read',
    'till.read',
    'till.alerts',
    'till.rules',
    'till.invoice',
    'campaigns.read',
    'rewards.read',
  ],
  analyst: [
    'members.read',
    'catalog.read',
    'sales.read',
    'points.read',
    'tiers.read',
    'coupons.read',
    'segments.read',
    'campaigns.read',
    'imports.read',
    'codes.read',
    'rewards.read',
  ],
}

export const staffErrors = errors('staff', {
  wrongPassword: [401, '用户名或密码不对', 'Wrong user name or password'],
  locked: [429, '尝试次数过多，请 {seconds} 秒后再试', 'Too many attempts; try again in {seconds} seconds'],
  usernameTaken: [409, '用户名「{username}」已被使用', 'The user name "{username}" is taken'],
  notFound: [404, '找不到这名员工', 'There is no such member of staff'],
  lastOwner: [409, '至少要保留一名在职的店主', 'At least one active owner has to stay'],
  notYourself: [409, '不能停用自己，也不能改自己的角色', 'You cannot disable yourself or change your own role'],
  storesNeeded: [400, '请至少选择一家门店，或选择「全部门店」', 'Choose at least one store, or all stores'],
  samePassword: [400, '新密码不能与旧密码相同', 'The new password must differ from the old one'],
})

const Username = z
  .string()
  .trim()
  .min(2)
  .max(64)
  .regex(/^[\p{L}\p{N}._-]+$/u)
const Password = z.string().min(10).max(128)
const StaffId = z.object({ staffId: z.string() })

export const Stores = z.object({ all: z.boolean(), codes: z.array(z.string().max(32)).max(2_000) })

export const Me = z.object({
  staffId: z.string(),
  username: z.string(),
  name: z.string(),
  role: z.enum(ROLES),
  permissions: z.array(z.string()),
  stores: Stores,
  mustChange: z.boolean(),
  csrfToken: z.string(),
})
export type Me = z.output<typeof Me>

export const StaffRow = z.object({
  id: z.string(),
  username: z.string(),
  name: z.string(),
  role: z.enum(ROLES),
  state: z.enum(['active', 'disabled']),
  stores: Stores,
  mustChange: z.boolean(),
  createdAt: z.date(),
  lastLoginAt: z.date().nullable(),
})
export type StaffRow = z.output<typeof StaffRow>

export const NewStaff = z.object({
  username: Username,
  name: z.string().trim().min(1).max(64),
  role: z.enum(ROLES),
  stores: Stores,
})
export type NewStaff = z.output<typeof NewStaff>
export const StaffChange = z
  .object({
    name: z.string().trim().min(1).max(64),
    role: z.enum(ROLES),
    stores: Stores,
    state: z.enum(['active', 'disabled']),
  })
  .partial()
export type StaffChange = z.output<typeof StaffChange>

export const AuditRow = z.object({
  id: z.string(),
  at: z.date(),
  actorKind: z.string(),
  actorName: z.string(),
  action: z.string(),
  subjectKind: z.string(),
  subjectId: z.string(),
  storeCode: z.string().nullable(),
  reason: z.string().nullable(),
  details: z.unknown(),
  ip: z.string().nullable(),
})
export type AuditRow = z.output<typeof AuditRow>

export const AuditQuery = PageQuery.extend({
  subjectKind: z.string().max(32).optional(),
  subjectId: z.string().max(64).optional(),
  actorId: z.string().max(64).optional(),
  action: z.string().max(64).optional(),
})
export type AuditQuery = z.output<typeof AuditQuery>

export const StaffQuery = PageQuery.extend({
  search: z.string().trim().max(64).optional(),
  role: z.enum(ROLES).optional(),
  state: z.enum(['active', 'disabled']).optional(),
})
export type StaffQuery = z.output<typeof StaffQuery>

/** A password that is shown this once. */
const OneTimePassword = z.object({ staff: StaffRow, oneTimePassword: z.string() })

export const staffApi = contract('staff', {
  login: {
    method: 'POST',
    path: '/admin/login',
    access: 'public',
    summary: 'Log in; sets the session cookie',
    body: z.object({ username: z.string().trim().max(64), password: z.string().max(128) }),
    reply: Me,
  },
  logout: { method: 'POST', path: '/admin/logout', access: 'staff', summary: 'Log out', reply: z.void() },
  me: {
    method: 'GET',
    path: '/admin/me',
    access: 'staff',
    summary: 'Who is logged in, and what they may do',
    reply: Me,
  },
  changePassword: {
    method: 'POST',
    path: '/admin/me/password',
    access: 'staff',
    summary: 'Change one’s own password; ends all other sessions',
    body: z.object({ current: z.string().max(128), next: Password }),
    reply: Me,
  },
  list: {
    method: 'GET',
    path: '/admin/staff',
    access: 'staff:staff.read',
    summary: 'Staff of the stores in one’s scope',
    query: StaffQuery,
    reply: pageOf(StaffRow),
  },
  create: {
    method: 'POST',
    path: '/admin/staff',
    access: 'staff:staff.write',
    summary: 'Add a member of staff; the one-time password is shown once',
    body: NewStaff,
    reply: OneTimePassword,
  },
  update: {
    method: 'PATCH',
    path: '/admin/staff/:staffId',
    access: 'staff:staff.write',
    summary: 'Change role, stores or state; ends their sessions',
    params: StaffId,
    body: StaffChange,
    reply: StaffRow,
  },
  resetPassword: {
    method: 'POST',
    path: '/admin/staff/:staffId/reset-password',
    access: 'staff:staff.write',
    summary: 'Give a new one-time password; ends their sessions',
    params: StaffId,
    reply: OneTimePassword,
  },
  audit: {
    method: 'GET',
    path: '/admin/audit',
    access: 'staff:audit.read',
    summary: 'Changes and readings of personal data, newest first',
    query: AuditQuery,
    reply: pageOf(AuditRow),
  },
  ...viewOperations,
})
