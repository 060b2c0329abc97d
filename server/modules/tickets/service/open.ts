import type { Kernel } from '../../../kernel/module.ts'
import { shopDay } from '../../../kernel/clock.ts'
import { inTransaction, uniqueViolation, type Tx } from '../../../kernel/db.ts'
import {
  insertMessage,
  insertTicket,
  nextNumber,
  openKeyOf,
  openTicketOf,
  shopperWrote,
  ticketIdBySource,
  type Ticket,
  type Writer,
} from '../repository/index.ts'
import type { Photos } from './photos.ts'

/** Who of the staff wrote it down for the shopper, and what that asks of the ticket. */
interface WrittenDown {
  readonly staffId: string
  readonly name: string
  /** Throws when the open ticket is not theirs to write in. */
  mayJoin(ticket: Ticket): void
  /** Puts the act on record, in the transaction of the message. */
  note(tx: Tx, ticket: Pick<Ticket, 'id' | 'storeCode'>, joined: boolean): Promise<void>
}

/** Something a shopper has written to us, or has had written down. */
export interface Written {
  readonly writer: Writer
  /** Rises in the order in which messages came: a burst stays in order although its events are worked side by side. */
  readonly messageId: string
  /** What makes a repeat the same message. */
  readonly sourceKey: string
  readonly channel: 'official' | 'mini' | 'desk'
  readonly kind: string
  readonly text: string
  readonly at: Date
  readonly storeCode: string | null
  readonly documentId: string | null
  /** Photos of the writer that this message takes. */
  readonly photos: readonly string[]
  readonly by?: WrittenDown
}

/** The first words, for the queue. */
const subjectOf = (text: string): string => {
  const line = text.replaceAll(/\s+/g, ' ').trim()
  return line.length > 60 ? `${line.slice(0, 59)}…` : line
}

/** Takes in what shoppers write: one open ticket per person, further messages join it, a repeat changes nothing. */
export function createIntake(
  { db, newId, config }: Pick<Kernel, 'db' | 'newId' | 'config'>,
  photos: Pick<Photos, 'attach'>,
) {
  async function append(tx: Tx, ticketId: string, written: Written): Promise<void> {
    await insertMessage(tx, {
      id: written.messageId,
      ticketId,
      sourceKey: written.sourceKey,
      author: 'shopper',
      ...(written.by === undefined ? {} : { staffId: written.by.staffId, staffName: written.by.name }),
      text: written.text,
      at: written.at,
    })
    await photos.attach(tx, written.writer, written.photos, { ticketId, messageId: written.messageId })
  }

  async function begin(tx: Tx, written: Written): Promise<string> {
    const { writer, at } = written
    const id = newId()
    const day = shopDay(at, config.SHOP_ZONE)
    const number = `${day.slice(2).replaceAll('-', '')}-${String(await nextNumber(tx, day)).padStart(4, '0')}`
    await insertTicket(tx, {
      id,
      number,
      openKey: openKeyOf(writer),
      memberId: writer.memberId,
      appId: writer.appId,
      openid: writer.openid,
      unionid: writer.unionid,
      channel: written.channel,
      kind: written.kind,
      storeCode: written.storeCode,
      documentId: written.documentId,
      subject: subjectOf(written.text),
      state: 'open',
      agentUnread: 1,
      waitingSince: at,
      lastMessageAt: at,
      createdAt: at,
    })
    await append(tx, id, written)
    await written.by?.note(tx, { id, storeCode: written.storeCode }, false)
    return id
  }

  const once = (written: Written, open: (tx: Tx, written: Written) => Promise<string>): Promise<string> =>
    inTransaction(db, async tx => {
      const done = await ticketIdBySource(tx, written.sourceKey)
      if (done !== undefined) return done
      const ticket = await openTicketOf(tx, written.writer)
      if (ticket !== undefined) written.by?.mayJoin(ticket)
      if (ticket === undefined || !(await shopperWrote(tx, ticket.id, written))) return open(tx, written)
      await append(tx, ticket.id, written)
      await written.by?.note(tx, ticket, true)
      return ticket.id
    })

  async function persist(written: Written, open: (tx: Tx, written: Written) => Promise<string>): Promise<string> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await once(written, open)
      } catch (error) {
        // Two messages of one person at once: the other has opened the ticket, or stored this very message.
        if (uniqueViolation(error) === null || attempt >= 5) throw error
      }
    }
  }

  return {
    /** Returns the ticket that the message is in now. */
    take: (written: Written): Promise<string> => persist(written, begin),
    /** For what a reply rule has answered: it joins the ticket that is open, but opens none. */
    async join(written: Written): Promise<void> {
      await persist(written, () => Promise.resolve(''))
    },
  }
}
