import type { Clock } from '../../../kernel/clock.ts'
import { dateReader, readText, type Outcome, type Read, type RowProblem, type Stream } from '../../erp/index.ts'
import { STORE_TYPES } from '../contract.ts'
import { findStores, upsertStores, type StoreRecord } from '../repository/stores.ts'
import { knownByCode, lastOf, outcomeOf, readChoice } from './rows.ts'
import { columnsOf, keptOf, statedOf, type StoreColumn, type StoreColumns } from './store-fields.ts'

/** A store as a file states it; null = the file does not say. */
export interface StoreLine {
  readonly code: string
  readonly name: string
  readonly type: string | null
  readonly district: string | null
  readonly address: string | null
  readonly phone: string | null
  readonly hours: string | null
  /** Degrees with six decimals; both or neither. */
  readonly latitude: string | null
  readonly longitude: string | null
  readonly status: string | null
  readonly closedFrom: string | null
  readonly closedUntil: string | null
}

const TYPES: Readonly<Record<string, string>> = {
  大卖场: 'hypermarket',
  超市: 'hypermarket',
  综合超市: 'hypermarket',
  社区店: 'community',
  社区超市: 'community',
  校园店: 'convenience',
  便利店: 'convenience',
  地铁店: 'convenience',
  门店: 'shop',
  线上: 'online',
  网店: 'online',
  仓库: 'warehouse',
  ...Object.fromEntries(STORE_TYPES.map(type => [type, type])),
}
const STATES: Readonly<Record<string, string>> = {
  营业: 'open',
  营业中: 'open',
  正常: 'open',
  装修: 'open',
  装修中: 'open',
  open: 'open',
  关闭: 'closed',
  停业: 'closed',
  已关店: 'closed',
  closed: 'closed',
}

/** Degrees as a file states them, with six decimals; an empty cell, and 0 (which systems write for unknown), say nothing. */
function readDegrees(text: string, field: string, most: number): Read<string | null> {
  if (text === '' || Number(text) === 0) return { value: null }
  const value = /^-?\d{1,3}(\.\d+)?$/.test(text) ? Number(text) : Number.NaN
  return Math.abs(value) <= most
    ? { value: value.toFixed(6) }
    : { problem: { field, reason: 'badNumber', value: text } }
}

/** 门店档案: a store a row, the last row of a code counts. */
export const storesStream = (clock: Clock): Stream<StoreLine, StoreLine> => ({
  name: 'stores',
  label: { zh: '门店档案', en: 'Stores' },
  fields: [
    {
      name: 'code',
      label: { zh: '门店编码', en: 'Store code' },
      required: true,
      aliases: ['门店编号', '店号', '机构编码', 'store_code', 'store_id', 'store'],
    },
    {
      name: 'name',
      label: { zh: '门店名称', en: 'Store name' },
      required: true,
      aliases: ['店名', '机构名称', 'store_name'],
    },
    {
      name: 'type',
      label: { zh: '门店类型', en: 'Store type' },
      required: false,
      aliases: ['业态', '类型', 'store_type'],
    },
    {
      name: 'district',
      label: { zh: '区域', en: 'District' },
      required: false,
      aliases: ['区县', '所在区', 'region', 'area'],
    },
    { name: 'address', label: { zh: '地址', en: 'Address' }, required: false, aliases: ['门店地址'] },
    {
      name: 'phone',
      label: { zh: '电话', en: 'Phone' },
      required: false,
      aliases: ['门店电话', '联系电话', 'phone', 'tel'],
    },
    {
      name: 'hours',
      label: { zh: '营业时间', en: 'Opening hours' },
      required: false,
      aliases: ['开店时间', '营业时段', 'hours', 'opening_hours'],
    },
    {
      name: 'latitude',
      label: { zh: '纬度', en: 'Latitude' },
      required: false,
      aliases: ['门店纬度', 'lat', 'latitude'],
    },
    {
      name: 'longitude',
      label: { zh: '经度', en: 'Longitude' },
      required: false,
      aliases: ['门店经度', 'lng', 'lon', 'longitude'],
    },
    { name: 'status', label: { zh: '状态', en: 'Status' }, required: false, aliases: ['门店状态', '营业状态'] },
    {
      name: 'closedFrom',
      label: { zh: '停业开始', en: 'Closed from' },
      required: false,
      aliases: ['装修开始', '停业日期'],
    },
    {
      name: 'closedUntil',
      label: { zh: '停业结束', en: 'Closed until' },
      required: false,
      aliases: ['装修结束', '恢复营业日期'],
    },
  ],
  parser({ text, mapping }) {
    const day = dateReader(mapping.dateForms)
    const of = {
      code: text('code'),
      name: text('name'),
      type: text('type'),
      district: text('district'),
      address: text('address'),
      phone: text('phone'),
      hours: text('hours'),
      latitude: text('latitude'),
      longitude: text('longitude'),
      status: text('status'),
      from: text('closedFrom'),
      until: text('closedUntil'),
    }
    return cells => {
      const problems: RowProblem[] = []
      const keep = <T>(read: { value: T } | { problem: RowProblem }): T | null => {
        if ('value' in read) return read.value
        problems.push(read.problem)
        return null
      }
      const optionalDay = (word: string, field: string): string | null =>
        word === '' ? null : (keep(day(word, field))?.day ?? null)
      const code = keep(readText(of.code(cells), 'code', 32)) ?? ''
      const row: StoreLine = {
        code,
        name: keep(readText(of.name(cells), 'name', 100)) ?? '',
        type: keep(readChoice(of.type(cells), 'type', TYPES)),
        district: of.district(cells).slice(0, 64) || null,
        address: of.address(cells).slice(0, 200) || null,
        phone: of.phone(cells).slice(0, 32) || null,
        hours: of.hours(cells).slice(0, 100) || null,
        latitude: keep(readDegrees(of.latitude(cells), 'latitude', 90)),
        longitude: keep(readDegrees(of.longitude(cells), 'longitude', 180)),
        status: keep(readChoice(of.status(cells), 'status', STATES)),
        closedFrom: optionalDay(of.from(cells), 'closedFrom'),
        closedUntil: optionalDay(of.until(cells), 'closedUntil'),
      }
      if (row.latitude === null && row.longitude !== null)
        problems.push({ field: 'latitude', reason: 'missingValue', value: '' })
      if (row.longitude === null && row.latitude !== null)
        problems.push({ field: 'longitude', reason: 'missingValue', value: '' })
      return problems.length === 0
        ? { ok: true, key: code, row }
        : { ok: false, problems, key: code || null, storeCode: code }
    }
  },
  pack: JSON.stringify,
  assemble: (_key, packs) => ({ document: lastOf(packs, pack => JSON.parse(pack) as StoreLine[]) }),
  applier: () => ({
    async apply(tx, lines): Promise<Outcome> {
      const now = clock.now()
      const known = await knownByCode(findStores, tx, lines)
      const next = lines.map(line => merged(line, known.get(line.code), now))
      return outcomeOf(next, known, rows => upsertStores(tx, rows))
    },
  }),
})

/**
 * What the ERP says now over what is known; what a person keeps stays as it is. All that the ERP has ever stated is remembered,
 * so that a field that is handed back has its word at once.
 */
function merged({ code, ...line }: StoreLine, before: StoreRecord | undefined, now: Date): StoreRecord {
  const said: Partial<StoreColumns> = Object.fromEntries(Object.entries(line).filter(([, value]) => value !== null))
  const fresh: StoreColumns = {
    name: code,
    type: 'shop',
    district: null,
    address: null,
    phone: null,
    hours: null,
    latitude: null,
    longitude: null,
    status: 'open',
    closedFrom: null,
    closedUntil: null,
  }
  const kept = columnsOf(before === undefined ? [] : keptOf(before))
  const taken = Object.fromEntries(Object.entries(said).filter(([column]) => !kept.has(column as StoreColumn)))
  return {
    ...fresh,
    ...before,
    ...taken,
    code,
    kept: before?.kept ?? '',
    statedJson: JSON.stringify({ ...(before === undefined ? {} : statedOf(before)), ...said }),
    provisional: 0,
    createdAt: before?.createdAt ?? now,
    updatedAt: now,
  }
}
