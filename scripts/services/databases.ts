import { Redis } from 'ioredis'
import { createConnection, type RowDataPacket } from 'mysql2/promise'

/** Drops the databases that tests have made beside the given one (<name>_test_…), left by an earlier run. */
export async function dropTestDatabases(url: string): Promise<void> {
  const name = new URL(url).pathname.slice(1)
  const connection = await createConnection({ uri: url })
  const [rows] = await connection.query<RowDataPacket[]>(
    'SELECT schema_name AS name FROM information_schema.schemata WHERE LEFT(schema_name, ?) = ?',
    [name.length + 6, `${name}_test_`],
  )
  for (const row of rows) await connection.query(`DROP DATABASE \`${String(row['name'])}\``)
  await connection.end()
}

/** Drops the database of this address and makes it anew, empty. */
export async function recreateDatabase(url: string): Promise<void> {
  const name = new URL(url).pathname.slice(1)
  const connection = await createConnection({ uri: url })
  await connection.query(`DROP DATABASE \`${name}\``)
  await connection.query(`CREATE DATABASE \`${name}\` CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`)
  await connection.end()
}

/** Deletes what an installation keeps in Redis: the keys of its prefix and nothing of others. */
export async function clearRedis(url: string, prefix: string): Promise<void> {
  const redis = new Redis(url)
  for (const pattern of [`${prefix}:*`, `{${prefix}}*`]) {
    for await (const keys of redis.scanStream({ match: pattern, count: 500 })) {
      if (Array.isArray(keys) && keys.length > 0) await redis.unlink(...keys.map(String))
    }
  }
  redis.disconnect()
}
