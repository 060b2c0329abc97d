import { HttpError, logIn, type Call } from '../callers.ts'

/** Somebody who works in the demo shop. */
export interface DemoLogin {
  role: string
  username: string
  password: string
}

/** Everybody's password in the demo, which listens on this machine only. */
export const DEMO_PASSWORD = 'zhanggui-demo'

const colleagues = [
  { username: 'yunying', name: '周运营', role: 'marketer', label: '运营 · marketer', stores: [] },
  { username: 'dianzhang', name: '陈店长', role: 'storeManager', label: '城西店店长 · store manager', stores: ['S02'] },
  { username: 'shouyin', name: '孙收银', role: 'cashier', label: '收银员 · cashier', stores: ['S02'] },
  { username: 'daogou', name: '何导购', role: 'guide', label: '导购 · sales guide', stores: ['S01'] },
  { username: 'kefu', name: '林客服', role: 'agent', label: '客服 · agent', stores: [] },
  { username: 'caiwu', name: '郑财务', role: 'finance', label: '财务 · finance', stores: [] },
  { username: 'fenxi', name: '吴分析', role: 'analyst', label: '分析 · analyst', stores: [] },
] as const

/** Logs in with a one-time password and leaves the demo's password behind; also when that has been done before. */
async function settle(base: string, username: string, oneTime: string) {
  try {
    return await logIn(base, username, DEMO_PASSWORD)
  } catch (error) {
    if (!(error instanceof HttpError)) throw error
    return logIn(base, username, oneTime, DEMO_PASSWORD)
  }
}

/** Hires everybody of the demo; answers the owner's caller and how each logs in. */
export async function hireStaff(base: string, owner: { username: string; password: string }) {
  const boss = await settle(base, owner.username, owner.password)
  const logins: DemoLogin[] = [{ role: '店主 · owner', username: owner.username, password: DEMO_PASSWORD }]
  for (const { username, name, role, label, stores } of colleagues) {
    const oneTime = await hire(boss.call, {
      username,
      name,
      role,
      stores: { all: stores.length === 0, codes: [...stores] },
    })
    if (oneTime !== null) await settle(base, username, oneTime)
    logins.push({ role: label, username, password: DEMO_PASSWORD })
  }
  return { boss, logins }
}

/** The one-time password of somebody new; null when they are here already. */
async function hire(call: Call, person: Record<string, unknown>): Promise<string | null> {
  try {
    return (await call<{ oneTimePassword: string }>('POST', '/api/admin/staff', person)).oneTimePassword
  } catch (error) {
    if (error instanceof HttpError && error.code === 'staff.usernameTaken') return null
    throw error
  }
}
