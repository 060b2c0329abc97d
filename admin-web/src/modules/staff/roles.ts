import type { staff } from '../../api/index.ts'

export type StaffRow = Awaited<ReturnType<typeof staff.list>>['items'][number]
export type Role = StaffRow['role']

/** The roles in the order people think of them. */
export const roles: readonly Role[] = [
  'owner',
  'marketer',
  'storeManager',
  'agent',
  'cashier',
  'guide',
  'finance',
  'analyst',
]
