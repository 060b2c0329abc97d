import { prepareEnvironment } from './environment.ts'
import { mountFrame } from './frame.ts'
import { appInstance, load } from './modules.ts'
import { queryOf, reLaunch } from './navigation.ts'
import { miniprogram } from './package.ts'
import { phone } from './phone.ts'
import { wx } from './wx/index.ts'

Object.assign(window, { wx })
prepareEnvironment()
mountFrame()

const first = phone.page ?? miniprogram.pages[0] ?? ''
const launch = {
  path: first.split('?')[0],
  query: queryOf(first.split('?')[1] ?? ''),
  scene: 1001,
}

load('app.js')
callApp('onLaunch')
callApp('onShow')
for (const name of Object.keys(miniprogram.configs)) {
  if (miniprogram.configs[name]?.component === true && !miniprogram.pages.includes(name)) load(`${name}.js`)
}
reLaunch(`/${first.replace(/^\//, '')}`)

document.addEventListener('visibilitychange', () => callApp(document.hidden ? 'onHide' : 'onShow'))

function callApp(method: string): void {
  const run = appInstance[method]
  if (typeof run === 'function') run.call(appInstance, launch)
}
