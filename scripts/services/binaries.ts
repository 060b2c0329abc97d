import { accessSync, constants } from 'node:fs'
import path from 'node:path'
import process from 'node:process'

/** Where servers lie that are not in the PATH of an ordinary person. */
const otherPlaces = [
  '/usr/sbin',
  '/usr/bin',
  '/usr/local/sbin',
  '/usr/local/bin',
  '/usr/libexec',
  '/opt/homebrew/bin',
  '/opt/homebrew/opt/mariadb/bin',
  '/usr/local/opt/mariadb/bin',
  '/opt/homebrew/opt/redis/bin',
]

/** The first of these programs that is on the machine, as a full path. ZHANGGUI_BINARIES (a list like PATH) replaces all places. */
export function findBinary(...names: string[]): string | undefined {
  const only = process.env['ZHANGGUI_BINARIES']
  const places = only
    ? only.split(path.delimiter)
    : [...(process.env['PATH'] ?? '').split(path.delimiter), ...otherPlaces]
  return names.flatMap(name => places.map(place => path.join(place, name))).find(file => executable(file))
}

function executable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
