import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'
import { createConnection } from 'mysql2/promise'
import type { Lifetime } from './lifetime.ts'
import { freePort } from './ports.ts'
import { start, stopLeftover, type Running } from './process.ts'
import { tail, type Instance, instanceFile } from './instance.ts'

const run = promisify(execFile)

export interface MariadbOptions {
  /** mariadbd or mysqld. */
  binary: string
  /** The folder of this instance: data, socket, log and password lie in it. */
  folder: string
  database: string
  /** Tests may lose the last second when the machine loses power; a shop may not. A killed process loses nothing either way. */
  durable: boolean
  /** See ServicesOptions. */
  large: boolean
}

const MEBIBYTE = 2 ** 20

/** Starts a private MariaDB or MySQL on a free port of 127.0.0.1 and answers its mysql:// address when it takes connections. */
export async function startMariadb(lifetime: Lifetime, options: MariadbOptions): Promise<string> {
  const { folder, database } = options
  const data = path.join(folder, 'data')
  mkdirSync(folder, { recursive: true })
  const file = instanceFile(folder)
  const before = file.read()
  if (before.pid) await stopLeftover(before.pid, `--datadir=${data}`)
  if (!existsSync(data)) await initialise(options.binary, data)
  const port = await freePort(before.port)
  const instance: Instance = { port, password: before.password }
  writeFileSync(path.join(folder, 'init.sql'), initSql(database, instance.password), { mode: 0o600 })
  const log = path.join(folder, 'mariadb.log')
  const running = start(lifetime, {
    name: 'mariadb',
    file: options.binary,
    args: serverArguments(options, data, port),
    log,
    patience: 60_000,
  })
  file.write({ ...instance, pid: running.pid })
  const url = `mysql://zhanggui:${instance.password}@127.0.0.1:${port}/${database}`
  await ready(url, running, log)
  return url
}

function serverArguments({ folder, durable, large }: MariadbOptions, data: string, port: number): string[] {
  const machine = Math.floor(os.totalmem() / MEBIBYTE)
  const memory = large ? Math.floor(machine / 3) : machine > 6 * 1024 ? 1024 : 256
  return [
    '--no-defaults',
    ...asRoot(),
    `--datadir=${data}`,
    `--port=${port}`,
    '--bind-address=127.0.0.1',
    // Relative to the data folder: the length of a socket's path is limited.
    '--socket=mysql.sock',
    '--loose-mysqlx=OFF',
    `--pid-file=${path.join(folder, 'mariadb.pid')}`,
    `--init-file=${path.join(folder, 'init.sql')}`,
    '--character-set-server=utf8mb4',
    '--collation-server=utf8mb4_bin',
    '--skip-name-resolve',
    '--skip-log-bin',
    '--local-infile=1',
    '--max-connections=400',
    `--innodb-buffer-pool-size=${memory}M`,
    '--loose-innodb-log-file-size=512M',
    `--innodb-flush-log-at-trx-commit=${durable ? 1 : 0}`,
  ]
}

function asRoot(): string[] {
  return process.getuid?.() === 0 ? ['--user=root'] : []
}

/** Makes an empty data folder, under another name until it is whole. */
async function initialise(binary: string, data: string): Promise<void> {
  const unfinished = `${data}.new`
  rmSync(unfinished, { recursive: true, force: true })
  mkdirSync(unfinished, { recursive: true })
  const { stdout: version } = await run(binary, ['--version'])
  if (version.includes('MariaDB')) {
    const installer = ['mariadb-install-db', 'mysql_install_db']
      .flatMap(name =>
        [
          path.dirname(binary),
          path.join(path.dirname(binary), '../bin'),
          path.join(path.dirname(binary), '../scripts'),
        ].map(place => path.join(place, name)),
      )
      .find(place => existsSync(place))
    if (!installer) throw new Error(`mariadb-install-db was not found beside ${binary}`)
    await run(installer, [
      '--no-defaults',
      `--datadir=${unfinished}`,
      '--auth-root-authentication-method=normal',
      '--skip-test-db',
      // A machine need not know its own name for this.
      '--force',
      '--skip-name-resolve',
      ...asRoot(),
    ])
  } else {
    await run(binary, ['--no-defaults', '--initialize-insecure', `--datadir=${unfinished}`, ...asRoot()])
  }
  renameSync(unfinished, data)
}

/** Runs at every start: one account with a password of its own, none without. */
function initSql(database: string, password: string): string {
  return [
    `CREATE DATABASE IF NOT EXISTS \`${database}\` CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;`,
    ...['127.0.0.1', 'localhost'].flatMap(host => [
      `CREATE USER IF NOT EXISTS 'zhanggui'@'${host}' IDENTIFIED BY '${password}';`,
      `ALTER USER 'zhanggui'@'${host}' IDENTIFIED BY '${password}';`,
      `GRANT ALL PRIVILEGES ON *.* TO 'zhanggui'@'${host}' WITH GRANT OPTION;`,
    ]),
    `ALTER USER 'root'@'localhost' IDENTIFIED BY '${password}';`,
    ...['127.0.0.1', '::1', os.hostname().toLowerCase()].map(host => `DROP USER IF EXISTS 'root'@'${host}';`),
    '',
  ].join('\n')
}

async function ready(url: string, running: Running, log: string): Promise<void> {
  let ended: number | string | undefined
  void running.exited.then(code => (ended = code))
  for (const deadline = performance.now() + 60_000; ;) {
    try {
      const connection = await createConnection({ uri: url, connectTimeout: 2000 })
      await connection.end()
      return
    } catch (error) {
      if (ended !== undefined)
        throw new Error(`MariaDB ended (${ended}):\n${tail(readFileSync(log, 'utf8'))}`, { cause: error })
      if (performance.now() > deadline) throw error
      await new Promise(resolve => setTimeout(resolve, 50))
    }
  }
}
