import type { TillCaller } from '../../../../kernel/http/caller.ts'
import type { Kernel } from '../../../../kernel/module.ts'
import { tillDeskApi } from '../../contract/desk-api.ts'
import type { CloseBody } from '../../contract/shift.ts'
import type { Once } from '../once.ts'
import { columnsOf } from '../print/paper.ts'
import { shiftLines } from '../print/shift.ts'
import type { ShiftBook } from './index.ts'

/** The close that a till asks for: once for its key, with the slip as lines where it has a printer. */
export const shiftClosing = ({ newId }: Pick<Kernel, 'newId'>, shifts: Pick<ShiftBook, 'close'>, once: Once) => ({
  closeShift: (caller: TillCaller, body: CloseBody) =>
    once(caller, { name: 'closeShift', reply: tillDeskApi.operations.closeShift.reply }, body, async tx => {
      const { print } = body
      const shift = await shifts.close(tx, caller, body, newId())
      return print === undefined ? shift : { ...shift, print: shiftLines(shift, columnsOf(print)) }
    }),
})
export type Closing = ReturnType<typeof shiftClosing>
