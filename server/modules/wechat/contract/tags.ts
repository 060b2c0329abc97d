import { z } from 'zod'
import { operations } from '../../../kernel/http/contract.ts'
import { Instant } from '../../../kernel/http/instant.ts'

const params = z.object({ tagId: z.string().length(26) })
const Name = z.string().trim().min(1).max(30)

/** renamedBoth: both sides gave it another name · goneAtWechat: deleted there · tooMany, tooLarge, badName: WeChat refused. */
export const TagConflict = z.enum(['', 'renamedBoth', 'goneAtWechat', 'tooMany', 'tooLarge', 'badName'])

export const TagRow = z.object({
  tagId: z.string(),
  appId: z.string(),
  name: z.string(),
  state: z.enum(['active', 'deleting']),
  /** WeChat's own id of it; null while it is not there. */
  remoteId: z.int().nullable(),
  /** Whether WeChat has it too. */
  isThere: z.boolean(),
  conflict: TagConflict,
  /** WeChat's name where both sides renamed. */
  theirName: z.string(),
  people: z.int(),
  /** On their way to or from WeChat. */
  waiting: z.int(),
  /** WeChat refused them, e.g. because somebody has 20 tags already. */
  refused: z.int(),
  syncedAt: Instant.nullable(),
})
export type TagRow = z.output<typeof TagRow>

const Tags = z.object({ items: z.array(TagRow), limit: z.int() })

/** Tags of followers, kept in step with WeChat's. */
export const tagOperations = operations({
  tags: {
    method: 'GET',
    path: '/admin/wechat/tags',
    access: 'staff:codes.read',
    summary: 'The tags of the official account',
    reply: Tags,
  },
  createTag: {
    method: 'POST',
    path: '/admin/wechat/tags',
    access: 'staff:wechat.manage',
    summary: 'Make a tag here and at WeChat (100 at most)',
    body: z.object({ name: Name }),
    reply: Tags,
  },
  renameTag: {
    method: 'PUT',
    path: '/admin/wechat/tags/:tagId',
    access: 'staff:wechat.manage',
    summary: 'Rename a tag here and at WeChat',
    params,
    body: z.object({ name: Name }),
    reply: Tags,
  },
  deleteTag: {
    method: 'POST',
    path: '/admin/wechat/tags/:tagId/delete',
    access: 'staff:wechat.manage',
    summary: 'Take a tag off everybody and delete it, here and at WeChat',
    params,
    reply: Tags,
  },
  resolveTag: {
    method: 'POST',
    path: '/admin/wechat/tags/:tagId/resolve',
    access: 'staff:wechat.manage',
    summary: 'Decide a conflict: ours = as it is here, theirs = as it is at WeChat',
    params,
    body: z.object({ how: z.enum(['ours', 'theirs']) }),
    reply: Tags,
  },
  syncTags: {
    method: 'POST',
    path: '/admin/wechat/tags/sync',
    access: 'staff:wechat.manage',
    summary: 'Bring tags and people in step with WeChat now (in the background)',
    reply: z.void(),
  },
})
