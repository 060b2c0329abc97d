import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'

/** What a private server remembers from start to start: its port, its password, and its last process. */
export interface Instance {
  port: number
  password: string
  pid?: number
}

/** The file instance.json of a private server's folder; a password is made when there is none yet. */
export function instanceFile(folder: string): { read(): Instance; write(instance: Instance): void } {
  const file = path.join(folder, 'instance.json')
  return {
    read: () =>
      existsSync(file)
        ? JSON.parse(readFileSync(file, 'utf8'))
        : { port: 0, password: randomBytes(18).toString('hex') },
    write: instance => writeFileSync(file, JSON.stringify(instance), { mode: 0o600 }),
  }
}

/** The last lines of a log, for the message that says why a start failed. */
export function tail(text: string, lines = 15): string {
  return text.trimEnd().split('\n').slice(-lines).join('\n')
}
