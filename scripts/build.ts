import { builtClients, buildClients } from './builds.ts'
import { command } from './services/lifetime.ts'
import { say } from './terminal.ts'

/** `npm run build`: the admin and the mini-program, for an installation of one's own. */
await command(async ({ signal }) => {
  await buildClients(signal)
  say(
    '构建完成',
    `built:\n  ${Object.entries(builtClients)
      .map(([name, folder]) => `${name}=${folder}`)
      .join('\n  ')}`,
  )
  return 0
})
