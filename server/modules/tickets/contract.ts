import { z } from 'zod'
import { errors } from '../../kernel/errors.ts'
import { contract } from '../../kernel/http/contract.ts'
import { Instant } from '../../kernel/http/instant.ts'
import { pageOf, PageQuery } from '../../kernel/page.ts'

/** open: waits for us; answered: waits for the shopper; closed. */
export const TicketState = z.enum(['open', 'answered', 'closed'])
/** 积分未到账, 券用不了, 价签不符, 食品质量, 退换货, 发票, 投诉, 其他; `message` came as a message of the official account. */
export const TicketKind = z.enum([
  'points',
  'coupon',
  'price',
  'quality',
  'return',
  'invoice',
  'complaint',
  'other',
  'message',
])
/** What somebody may say that a ticket is about. */
const ChosenKind = TicketKind.exclude(['message'])

/** How an answer travels, and what became of it. */
export const AnswerOutcome = z.object({
  /** customer_service | subscribe | redDot (waits in the mini-program). */
  route: z.enum(['customer_service', 'subscribe', 'redDot']),
  /** sending | sent | failed | unknown | waiting (red dot, not read yet) | read. */
  state: z.enum(['sending', 'sent', 'failed', 'unknown', 'waiting', 'read']),
  reason: z.string(),
})

export const TicketMessageRow = z.object({
  id: z.string(),
  author: z.enum(['shopper', 'agent', 'system']),
  /** Who answered; at a shopper's message: who wrote it down for them. */
  staffName: z.string(),
  text: z.string(),
  /** Ids of the photos the shopper put to it. */
  photos: z.array(z.string()),
  at: Instant,
  /** Only answers have one. */
  outcome: AnswerOutcome.nullable(),
})
export type TicketMessageRow = z.output<typeof TicketMessageRow>

export const TicketRow = z.object({
  id: z.string(),
  number: z.string(),
  state: TicketState,
  kind: TicketKind,
  /** Where the shopper wrote from; desk: one of the staff opened it for a member, on the phone or at the counter. */
  channel: z.enum(['official', 'mini', 'desk']),
  subject: z.string(),
  memberId: z.string().nullable(),
  /** Masked; empty when the writer is not a member. */
  name: z.string(),
  phone: z.string(),
  storeCode: z.string().nullable(),
  agentUnread: z.int(),
  /** Since when the shopper waits for an answer. */
  waitingSince: Instant.nullable(),
  lastMessageAt: Instant,
  createdAt: Instant,
})

/** What we may still send now, so that no message is wasted. */
export const ReplyRight = z.object({
  route: z.enum(['customer_service', 'subscribe', 'redDot']),
  /** Messages left by that route; null = no limit. */
  left: z.int().nullable(),
  until: Instant.nullable(),
})

export const TicketDetail = TicketRow.extend({
  documentId: z.string().nullable(),
  right: ReplyRight,
  messages: z.array(TicketMessageRow),
})

/** What the shopper sees of a ticket. */
export const MyTicketRow = z.object({
  id: z.string(),
  number: z.string(),
  state: TicketState,
  kind: TicketKind,
  subject: z.string(),
  unread: z.int(),
  lastMessageAt: Instant,
  createdAt: Instant,
})

export const MyTicket = MyTicketRow.extend({
  messages: z.array(
    z.object({
      id: z.string(),
      author: z.enum(['shopper', 'agent', 'system']),
      text: z.string(),
      photos: z.array(z.string()),
      at: Instant,
    }),
  ),
})

/** Seconds after which a shopper has waited too long for an answer (超时预警). */
export const LATE_AFTER_SECONDS = 30 * 60

const params = z.object({ ticketId: z.string().length(26) })
const text = z.string().trim().min(1).max(600)
/** Made by the client for each message, so that a repeated request is one message. */
const key = z.string().min(8).max(64)
/** Photos of mine that no message has yet. */
const photos = z.array(z.string().length(26)).max(4).default([])
const photoParams = params.extend({ photoId: z.string().length(26) })

export const ticketsApi = contract('tickets', {
  list: {
    method: 'GET',
    path: '/admin/tickets',
    access: 'staff:tickets.read',
    summary: 'The agent queue: longest waiting first; closed ones last closed first',
    query: PageQuery.extend({
      state: TicketState.optional(),
      kind: TicketKind.optional(),
      q: z.string().trim().max(60).optional(),
      storeCode: z.string().max(32).optional(),
      memberId: z.string().length(26).optional(),
    }),
    reply: pageOf(TicketRow),
  },
  summary: {
    method: 'GET',
    path: '/admin/tickets/summary',
    access: 'staff:tickets.read',
    summary: 'Counts by state, how many wait too long or complain, and how long the longest has waited (seconds)',
    query: z.object({ storeCode: z.string().max(32).optional() }),
    reply: z.object({
      open: z.int(),
      answered: z.int(),
      closed: z.int(),
      longestWait: z.int(),
      /** 超时: open ones whose writer has waited longer than `lateAfter` seconds. */
      late: z.int(),
      lateAfter: z.int(),
      /** Complaints (投诉) among the open ones: their writers are better phoned. */
      complaints: z.int(),
    }),
  },
  get: {
    method: 'GET',
    path: '/admin/tickets/:ticketId',
    access: 'staff:tickets.read',
    summary: 'One ticket with its thread and the right to reply',
    params,
    reply: TicketDetail,
  },
  open: {
    method: 'POST',
    path: '/admin/members/:memberId/tickets',
    access: 'staff:tickets.write',
    summary: 'Write down what a member says on the phone or at the counter; while a ticket is open, it joins it',
    params: z.object({ memberId: z.string().length(26) }),
    body: z.object({
      key,
      kind: ChosenKind,
      text,
      storeCode: z.string().min(1).max(32).nullable().default(null),
      documentId: z.string().length(26).nullable().default(null),
    }),
    reply: TicketDetail,
  },
  answer: {
    method: 'POST',
    path: '/admin/tickets/:ticketId/messages',
    access: 'staff:tickets.write',
    summary: 'Answer the shopper by the best route that is still open',
    params,
    body: z.object({ text, key }),
    reply: TicketDetail,
  },
  assign: {
    method: 'POST',
    path: '/admin/tickets/:ticketId/store',
    access: 'staff:tickets.write',
    summary: 'Give the ticket to a store in charge (null = headquarters)',
    params,
    body: z.object({ storeCode: z.string().min(1).max(32).nullable() }),
    reply: TicketDetail,
  },
  classify: {
    method: 'POST',
    path: '/admin/tickets/:ticketId/kind',
    access: 'staff:tickets.write',
    summary: 'Say what the ticket is about, e.g. that it is a complaint',
    params,
    body: z.object({ kind: ChosenKind }),
    reply: TicketDetail,
  },
  close: {
    method: 'POST',
    path: '/admin/tickets/:ticketId/close',
    access: 'staff:tickets.write',
    summary: 'Close the ticket',
    params,
    reply: TicketDetail,
  },
  reopen: {
    method: 'POST',
    path: '/admin/tickets/:ticketId/reopen',
    access: 'staff:tickets.write',
    summary: 'Open a closed ticket again, unless the person has another open one',
    params,
    reply: TicketDetail,
  },
  submit: {
    method: 'POST',
    path: '/shop/tickets',
    access: 'shopper',
    summary: 'Ask for help; while a ticket is open, further messages join it',
    body: z.object({
      key,
      kind: ChosenKind,
      text,
      storeCode: z.string().min(1).max(32).nullable().default(null),
      documentId: z.string().length(26).nullable().default(null),
      photos,
    }),
    reply: MyTicket,
  },
  addPhoto: {
    method: 'POST',
    path: '/shop/tickets/photos',
    access: 'shopper',
    summary: 'Upload a photo for a message (multipart): JPG, PNG or WebP of at most 4 MB, checked by its bytes',
    upload: true,
    reply: z.object({ photoId: z.string() }),
  },
  myPhoto: {
    method: 'GET',
    path: '/shop/tickets/:ticketId/photos/:photoId',
    access: 'shopper',
    summary: 'A photo of one of my tickets',
    params: photoParams,
    reply: z.void(),
    raw: true,
  },
  photo: {
    method: 'GET',
    path: '/admin/tickets/:ticketId/photos/:photoId',
    access: 'staff:tickets.read',
    summary: 'A photo that the shopper put to a message',
    params: photoParams,
    reply: z.void(),
    raw: true,
  },
  mine: {
    method: 'GET',
    path: '/shop/tickets',
    access: 'shopper',
    summary: 'My tickets, last written first',
    query: PageQuery,
    reply: pageOf(MyTicketRow),
  },
  unread: {
    method: 'GET',
    path: '/shop/tickets/unread',
    access: 'shopper',
    summary: 'How many answers I have not read (the red dot)',
    reply: z.object({ unread: z.int() }),
  },
  thread: {
    method: 'GET',
    path: '/shop/tickets/:ticketId',
    access: 'shopper',
    summary: 'One of my tickets with its thread',
    params,
    reply: MyTicket,
  },
  write: {
    method: 'POST',
    path: '/shop/tickets/:ticketId/messages',
    access: 'shopper',
    summary: 'Write on in my ticket; a closed one opens again',
    params,
    body: z.object({ text, key, photos }),
    reply: MyTicket,
  },
  read: {
    method: 'POST',
    path: '/shop/tickets/:ticketId/read',
    access: 'shopper',
    summary: 'I have read the answers',
    params,
    reply: z.void(),
  },
})

export const ticketsErrors = errors('tickets', {
  notFound: [404, '工单不存在或不在你的门店范围内', 'There is no such ticket within your stores'],
  closed: [409, '工单已关闭，请先重新打开', 'The ticket is closed; reopen it first'],
  noPhoto: [404, '照片不存在或已经用在别的消息里', 'There is no such photo, or another message has it'],
  photoKind: [422, '只支持 JPG、PNG、WebP 图片', 'Only JPG, PNG and WebP pictures'],
  photoTooLarge: [413, '照片不能超过 4 MB', 'A photo may have 4 MB'],
  tooManyPhotos: [429, '今天上传的照片太多了，请明天再试', 'Too many photos today; please try again tomorrow'],
  otherOpen: [409, '该顾客已有处理中的工单 {number}', 'This person already has an open ticket {number}'],
  memberGone: [
    409,
    '这位会员已注销或已合并，不能再建工单',
    'This member has been closed or merged; no ticket can be opened for them',
  ],
  notYourStore: [403, '只能交给自己负责的门店', 'Choose one of your own stores'],
  noReceipt: [404, '找不到这位会员的这张小票', 'This member has no such receipt within your stores'],
  elsewhere: [
    409,
    '这位会员已有工单 {number}，由其他门店或总部处理，请联系他们',
    'This member already has the open ticket {number} with another store or headquarters; please tell them',
  ],
})
