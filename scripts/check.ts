import { staticChecks } from './checks/static.ts'
import { command } from './services/lifetime.ts'

/** `npm run check`: types, lint, format, unused code, generated files; nothing that needs a database. */
await command(async ({ signal }) => {
  const verdicts = await staticChecks(signal)
  return verdicts.every(({ passed }) => passed) ? 0 : 1
})
