import process from 'node:process'
import { ConfigError, readConfig, type Config } from './config.ts'

/** The configuration of this process; with problems, lists all of them and ends (78, the code for a wrong configuration). */
export function configOrExit(): Config {
  try {
    return readConfig(process.env)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    process.stderr.write(`${error.message}\n`)
    process.exit(78)
  }
}
