import { z } from 'zod'
import { errors } from '../../../kernel/errors.ts'
import { operations } from '../../../kernel/http/contract.ts'

/** Views that one person may keep of one list. */
export const MOST_VIEWS = 30

const Word = z.string().max(40)
/** A list of the admin by its name there; the server knows no more of it. */
const ListName = z
  .string()
  .max(40)
  .regex(/^[a-z][\w.-]*$/i)
const ViewName = z.string().trim().min(1).max(40)

/** What a view keeps. Plain words: a page takes what it knows of them and passes over the rest. */
export const ViewSettings = z
  .object({
    search: z.string().max(120).default(''),
    sort: Word.default(''),
    filters: z
      .record(Word, z.string().max(120))
      .refine(filters => Object.keys(filters).length <= 30)
      .default({}),
    /** The columns shown; null = as the list comes. */
    columns: z.array(Word).max(60).nullable().default(null),
  })
  .strict()
export type ViewSettings = z.output<typeof ViewSettings>

/** A saved view (视图) of a list. */
export const ListView = z.object({
  viewId: z.string(),
  name: z.string(),
  settings: ViewSettings,
  shared: z.boolean(),
  /** Whether it is the caller's own: only those can be changed. */
  own: z.boolean(),
  ownerName: z.string(),
})
export type ListView = z.output<typeof ListView>

const ViewParams = z.object({ viewId: z.string().length(26) })

/** The errors of saved views. */
export const viewErrors = errors('staff', {
  noView: [404, '找不到这个视图，可能已被删除', 'No such view; it may have been deleted'],
  viewNameTaken: [409, '已有名为「{name}」的视图', 'There is a view named “{name}” already'],
  tooManyViews: [
    409,
    '每个列表最多保存 {limit} 个视图，请先删除不用的',
    'At most {limit} views of a list: delete one first',
  ],
  shareWholeChain: [403, '共享视图由总部人员设置', 'Views are shared by headquarters'],
})

/** Ways of looking at a list that staff keep for themselves, and that headquarters may share. */
export const viewOperations = operations({
  views: {
    method: 'GET',
    path: '/admin/views',
    access: 'staff',
    summary: 'One’s own views of a list, then those that headquarters shares, by name',
    query: z.object({ list: ListName }),
    reply: z.object({ items: z.array(ListView) }),
  },
  saveView: {
    method: 'POST',
    path: '/admin/views',
    access: 'staff',
    summary: 'Keep how a list is looked at, for oneself',
    body: z.object({ list: ListName, name: ViewName, settings: ViewSettings }),
    reply: ListView,
  },
  changeView: {
    method: 'PATCH',
    path: '/admin/views/:viewId',
    access: 'staff',
    summary: 'Rename one’s own view, or keep other settings in it',
    params: ViewParams,
    body: z.object({ name: ViewName, settings: ViewSettings }).partial(),
    reply: ListView,
  },
  deleteView: {
    method: 'DELETE',
    path: '/admin/views/:viewId',
    access: 'staff',
    summary: 'Delete one’s own view',
    params: ViewParams,
    reply: z.void(),
  },
  shareView: {
    method: 'PUT',
    path: '/admin/views/:viewId/shared',
    access: 'staff:views.share',
    summary: 'Show one’s own view to everybody who sees the list, or no longer',
    params: ViewParams,
    body: z.object({ shared: z.boolean() }),
    reply: ListView,
  },
})
