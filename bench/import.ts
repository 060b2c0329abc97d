import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream, createWriteStream, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { createInterface } from 'node:readline'
import { createGunzip } from 'node:zlib'
import { createConnection, type Connection } from 'mysql2/promise'
import { print } from './figure.ts'
import type { Outcome } from './import/run.ts'
import { openShop } from './shop.ts'

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
  print({ figure: 'import.cpu', value: ours.cpu, unit: 's' })
  print({ figure: 'import.documentsWithPoints', value: ours.documentsWithPoints, unit: 'documents' })
  if (ours.lines !== plain.lines) throw new Error(`${ours.lines} lines went in, ${plain.lines} are in the files`)
} finally {
  await shop.close()
}

/** The product in a process of its own, so that its memory is its own. */
async function importAll(): Promise<Outcome> {
  // The flags are those of start:jobs in package.json.
  const child = spawn(
    process.execPath,
    ['--max-semi-space-size=16', '--heap-growing-percent=100', path.join(import.meta.dirname, 'import/run.ts'), folder],
    {
      env: { ...process.env, ...shop.env, LOG_LEVEL: 'error' },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  let said = ''
  child.stdout.on('data', piece => (said += String(piece)))
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`the import ended with ${code}: ${said}`)
  return JSON.parse(said) as Outcome
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
