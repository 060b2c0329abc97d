import { once } from 'node:events'
import { createReadStream, createWriteStream, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { createInterface } from 'node:readline'
import { createGunzip } from 'node:zlib'
import { createConnection, type Connection } from 'mysql2/promise'
import { readConfig } from '../server/kernel/config.ts'
import { createRuntime } from '../server/kernel/jobs/runtime.ts'
import { openKernel } from '../server/kernel/kernel.ts'
import { createQueueRedis } from '../server/kernel/redis.ts'
import { createModules } from '../server/modules.ts'
import { print } from './figure.ts'
import { uciMapping } from './import/mapping.ts'
import { bindCustomers } from './import/members.ts'
import { openShop, peakMegabytes } from './shop.ts'

/** `npm run bench -- import [FOLDER]`: all daily files into the product, beside LOAD DATA of the same lines. */
const folder = process.argv[2] ?? path.join(import.meta.dirname, '../../shared/data/uci-online-retail-by-day')
const files = readdirSync(folder)
  .filter(name => name.endsWith('.csv.gz'))
  .sort()
if (files.length === 0) throw new Error(`no .csv.gz in ${folder}`)

const shop = await openShop()
try {
  const plain = await loadData(shop.env['DATABASE_URL'] ?? '')
  const ours = await importAll()
  print({
    figure: 'import.seconds',
    value: ours.seconds,
    unit: 's',
    beside: plain.seconds,
    ratio: ours.seconds / plain.seconds,
  })
  print({
    figure: 'import.lines',
    value: ours.lines / ours.seconds,
    unit: 'lines/s',
    beside: plain.lines / plain.seconds,
    ratio: plain.seconds / ours.seconds,
  })
  print({ figure: 'import.peakMemory', value: ours.peak, unit: 'MB' })
  if (ours.lines !== plain.lines) throw new Error(`${ours.lines} lines went in, ${plain.lines} are in the files`)
} finally {
  await shop.close()
}

/** The product: every file through its store and importer, until the last event and the last point. */
async function importAll(): Promise<{ seconds: number; lines: number; peak: number }> {
  const config = readConfig({ ...shop.env, LOG_LEVEL: 'error' })
  const opened = openKernel(config, 'bench')
  const { kernel, queues } = opened
  const modules = createModules(kernel)
  const connection = createQueueRedis(config.REDIS_URL)
  const runtime = createRuntime({
    db: kernel.db,
    queues,
    connection,
    prefix: config.REDIS_PREFIX,
    handlers: modules.handlers,
    jobs: modules.jobs,
    zone: config.SHOP_ZONE,
    log: kernel.log,
    schedules: false,
  })
  await bindCustomers(kernel, folder, files, 500)
  const sourceId = await modules.erp.ensureSource({ code: 'bench', name: 'bench' })
  // What the preparations have used is not the importer's: the kernel forgets the peak so far.
  writeFileSync('/proc/self/clear_refs', '5')
  const cpu = process.cpuUsage()
  await runtime.start()
  const from = performance.now()
  for (const name of files) {
    const file = await modules.files.store(createReadStream(path.join(folder, name)), { name })
    await modules.erp.start({ fileId: file.id, sourceId, mapping: uciMapping })
  }
  await runtime.drain(900_000)
  const seconds = (performance.now() - from) / 1000
  const peak = peakMegabytes(process.pid)
  const { user, system } = process.cpuUsage(cpu)
  print({ figure: 'import.cpu', value: (user + system) / 1e6, unit: 's' })
  const { n } = await kernel.db
    .selectFrom('sales_line')
    .select(eb => eb.fn.countAll<string>().as('n'))
    .executeTakeFirstOrThrow()
  const points = await kernel.db
    .selectFrom('points_document')
    .select(eb => eb.fn.countAll<string>().as('n'))
    .executeTakeFirstOrThrow()
  print({ figure: 'import.documentsWithPoints', value: Number(points.n), unit: 'documents' })
  await runtime.stop()
  connection.disconnect()
  await opened.close()
  return { seconds, lines: Number(n), peak }
}

/** The plainest way there is: one text file, one statement, one table with the keys of our lines. */
async function loadData(databaseUrl: string): Promise<{ seconds: number; lines: number }> {
  const scratch = mkdtempSync(path.join(os.tmpdir(), 'zg-bench-load-'))
  const text = path.join(scratch, 'lines.tsv')
  const lines = await writeLines(text)
  const connection = await createConnection({ uri: databaseUrl, charset: 'utf8mb4_bin' })
  try {
    await connection.query(`create table bench_line (documentId char(26) not null, lineNo int not null, productCode varchar(64) not null,
      nameAtSale varchar(200) not null, quantity decimal(18,4) not null, unit varchar(16), unitPrice decimal(18,4) not null,
      discount decimal(18,4) not null, net decimal(18,4) not null, isGift tinyint(1) not null, promotionCode varchar(64),
      primary key (documentId, lineNo), index bench_line_product (productCode, documentId)
      ) default character set utf8mb4 collate utf8mb4_bin`)
    const from = performance.now()
    await load(connection, text)
    const seconds = (performance.now() - from) / 1000
    await connection.query('drop table bench_line')
    return { seconds, lines }
  } finally {
    await connection.end()
    rmSync(scratch, { recursive: true, force: true })
  }
}

async function load(connection: Connection, text: string): Promise<void> {
  await connection.query({
    sql: "load data local infile 'lines.tsv' into table bench_line character set utf8mb4",
    infileStreamFactory: () => createReadStream(text, { highWaterMark: 1024 * 1024 }),
  })
}

/** The lines as LOAD DATA likes them: ids and ordinals are made here, so that only the loading is timed. */
async function writeLines(target: string): Promise<number> {
  const out = createWriteStream(target)
  let lines = 0
  let document = 0
  for (const name of files) {
    const ordinals = new Map<string, [number, number]>()
    let header = true
    for await (const line of createInterface({
      input: createReadStream(path.join(folder, name)).pipe(createGunzip()),
    })) {
      if (header) header = false
      else {
        const cells = cellsOf(line)
        const [receipt = '', product = '', description = '', quantity = '0', , price = '0'] = cells
        const place = ordinals.get(receipt) ?? [++document, 0]
        place[1]++
        ordinals.set(receipt, place)
        const net = (Number(quantity) * Number(price)).toFixed(4)
        lines++
        const row = [
          `D${String(place[0]).padStart(25, '0')}`,
          place[1],
          product.trim(),
          description.trim(),
          quantity,
          '\\N',
          price,
          '0',
          net,
          0,
          '\\N',
        ]
        if (!out.write(`${row.join('\t')}\n`)) await once(out, 'drain')
      }
    }
  }
  out.end()
  await once(out, 'finish')
  return lines
}

/** The cells of one line; quotes are known in this set, line feeds within them are not. */
function cellsOf(line: string): string[] {
  if (!line.includes('"')) return line.split(',')
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    match => match[1]?.replaceAll('""', '"') ?? match[2] ?? '',
  )
}
