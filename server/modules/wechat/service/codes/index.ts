import { setTimeout as sleep } from 'node:timers/promises'
import type { Kernel } from '../../../../kernel/module.ts'
import { makeCodesJob, syncTagsJob } from '../../jobs.ts'
import type { Accounts } from '../accounts.ts'
import type { Bring } from '../replies/sayable.ts'
import { createTags } from '../tags/index.ts'
import { createCodeBook, type CodePeople } from './book.ts'
import { createCodeMaker } from './make.ts'
import { createTouches } from './touches.ts'

export type { CodePeople } from './book.ts'

/** Channel codes and tags: what is made at WeChat, who came by what, and under which tag they stand. */
export function createCodes(kernel: Kernel, accounts: Accounts, people: CodePeople, bring: Bring) {
  const makeRun = createCodeMaker(kernel, accounts)
  const tags = createTags(kernel, accounts, people.audit, () => kernel.enqueue(syncTagsJob, {}))
  const codes = createCodeBook(kernel, accounts, people, {
    bring,
    make: () => kernel.enqueue(makeCodesJob, {}),
  })
  return {
    codes,
    tags,
    touches: createTouches(kernel, tags.tagPeople),
    /** Makes what is planned at WeChat. */
    async make(): Promise<void> {
      while ((await makeRun()) > 0) await sleep(0)
    },
  }
}
export type Codes = ReturnType<typeof createCodes>
