import { execFileSync, spawn } from 'node:child_process'
import process from 'node:process'
import { Refusal, type Progress } from '../terminal.ts'
import { findBinary } from './binaries.ts'
import { tail } from './instance.ts'

/** What may be missing on a machine: how it is found, and how Debian and macOS call it. */
const wares = {
  // -core packages and redis-tools bring the programs without a service, so that apt starts nothing and enables nothing.
  mariadb: { programs: ['mariadbd', 'mysqld'], apt: ['mariadb-server-core', 'mariadb-client-core'], brew: 'mariadb' },
  redis: { programs: ['redis-server', 'valkey-server', 'redis-check-rdb'], apt: ['redis-tools'], brew: 'redis' },
  chromium: {
    programs: ['chromium', 'chromium-browser', 'google-chrome'],
    apt: ['chromium', 'fonts-noto-cjk'],
    brew: '--cask chromium',
  },
} as const
export type Ware = keyof typeof wares

/** The program of each ware as a full path; what is not on the machine is installed by apt, or said in one message. */
export async function provide<W extends Ware>(wanted: readonly W[], progress: Progress): Promise<Record<W, string>> {
  const missing = wanted.filter(ware => !findBinary(...wares[ware].programs))
  if (missing.length > 0) await install(missing, progress)
  return Object.fromEntries(
    wanted.map(ware => {
      const found = findBinary(...wares[ware].programs)
      if (!found) throw refusal([ware])
      return [ware, found]
    }),
  ) as Record<W, string>
}

async function install(missing: readonly Ware[], progress: Progress): Promise<void> {
  const root = rootPrefix()
  if (!findBinary('apt-get') || root === undefined) throw refusal(missing)
  const packages = missing.flatMap(ware => [...wares[ware].apt])
  const apt = (...words: string[]): Promise<string | undefined> =>
    runQuietly([...root, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-y', ...words], progress)
  const wish = ['install', '--no-install-recommends', ...packages]
  // The lists of a fresh machine are empty or old: fetch them only if the packages cannot be had without.
  let problem = await apt(...wish)
  if (problem !== undefined) problem = (await apt('update')) ?? (await apt(...wish))
  if (problem !== undefined) throw new Refusal(`apt-get install ${packages.join(' ')} 失败 · failed:\n${problem}`)
}

/** How to become root here: [] as root, sudo where it asks no password, undefined otherwise. */
function rootPrefix(): string[] | undefined {
  if (process.getuid?.() === 0) return []
  try {
    execFileSync('sudo', ['-n', 'true'], { stdio: 'ignore' })
    return ['sudo', '-n']
  } catch {
    return undefined
  }
}

/** Runs to the end, each line of output as progress; answers the last lines if it failed. */
function runQuietly([file = '', ...args]: string[], progress: Progress): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    let output = ''
    const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    const read = (chunk: Buffer): void => {
      output += chunk.toString()
      progress(tail(output, 1))
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
    child.on('error', reject)
    child.on('close', code => resolve(code === 0 ? undefined : tail(output)))
  })
}

function refusal(missing: readonly Ware[]): Refusal {
  const brew = missing.map(ware => wares[ware].brew).join(' ')
  const apt = missing.flatMap(ware => [...wares[ware].apt]).join(' ')
  const lines = [
    `这台机器上缺少 ${missing.join('、')}，请任选一种方式安装后重试 · ${missing.join(', ')} not found on this machine; choose one way and try again:`,
    `  Debian/Ubuntu   sudo apt-get install ${apt}`,
    `  macOS           brew install ${brew}`,
  ]
  if (missing.some(ware => ware !== 'chromium')) {
    lines.push(
      '  Docker          docker compose up -d --wait',
      '                  export DATABASE_URL=mysql://zhanggui:zhanggui@127.0.0.1:13306/zhanggui REDIS_URL=redis://127.0.0.1:16379/0',
    )
  } else lines.push('  已安装在别处 · elsewhere: export CHROMIUM_PATH=/path/to/chrome')
  return new Refusal(lines.join('\n'))
}
