import type { Clock } from '../../../kernel/clock.ts'
import { readText, type Outcome, type RowProblem, type Stream } from '../../erp/index.ts'
import { findCategories, listCategories, upsertCategories, type CategoryRecord } from '../repository/categories.ts'
import { knownByCode, lastOf, outcomeOf, readChoice } from './rows.ts'

/** A category as a file states it. */
export interface CategoryLine {
  readonly code: string
  readonly parentCode: string | null
  readonly name: string
  readonly level: number | null
}

const LEVELS: Readonly<Record<string, string>> = {
  '1': '1',
  '2': '2',
  '3': '3',
  大类: '1',
  中类: '2',
  小类: '3',
  一级: '1',
  二级: '2',
  三级: '3',
}

/** 商品分类: a category a row; the level follows from the parent where it is not stated. */
export const categoriesStream = (clock: Clock): Stream<CategoryLine, CategoryLine> => ({
  name: 'categories',
  label: { zh: '商品分类', en: 'Categories' },
  fields: [
    {
      name: 'code',
      label: { zh: '分类编码', en: 'Category code' },
      required: true,
      aliases: ['品类编码', '类别编码', 'category_code', 'category_id'],
    },
    {
      name: 'parentCode',
      label: { zh: '上级编码', en: 'Parent code' },
      required: false,
      aliases: ['上级分类', '父级编码', '上级分类编码', 'parent_code', 'parent_id'],
    },
    {
      name: 'name',
      label: { zh: '分类名称', en: 'Category name' },
      required: true,
      aliases: ['品类名称', '类别名称', 'category_name'],
    },
    { name: 'level', label: { zh: '级别', en: 'Level' }, required: false, aliases: ['层级', '分类级别'] },
  ],
  parser({ text }) {
    const of = { code: text('code'), parent: text('parentCode'), name: text('name'), level: text('level') }
    return cells => {
      const problems: RowProblem[] = []
      const keep = <T>(read: { value: T } | { problem: RowProblem }): T | null => {
        if ('value' in read) return read.value
        problems.push(read.problem)
        return null
      }
      const code = keep(readText(of.code(cells), 'code', 64)) ?? ''
      const level = keep(readChoice(of.level(cells), 'level', LEVELS))
      const row: CategoryLine = {
        code,
        parentCode: of.parent(cells).slice(0, 64) || null,
        name: keep(readText(of.name(cells), 'name', 100)) ?? '',
        level: level === null ? null : Number(level),
      }
      return problems.length === 0 ? { ok: true, key: code, row } : { ok: false, problems, key: code || null }
    }
  },
  pack: JSON.stringify,
  assemble: (_key, packs) => ({ document: lastOf(packs, pack => JSON.parse(pack) as CategoryLine[]) }),
  applier: () => ({
    async apply(tx, lines): Promise<Outcome> {
      const now = clock.now()
      const known = await knownByCode(findCategories, tx, lines)
      const levels = new Map((await listCategories(tx)).map(category => [category.code, category.level]))
      const next = lines.map((line): CategoryRecord => {
        const parentLevel = line.parentCode === null ? 0 : (levels.get(line.parentCode) ?? 1)
        const level = line.level ?? Math.min(3, parentLevel + 1)
        levels.set(line.code, level)
        return { code: line.code, parentCode: line.parentCode, name: line.name, level, updatedAt: now }
      })
      return outcomeOf(next, known, rows => upsertCategories(tx, rows))
    },
  }),
})
