import process from 'node:process'
import { fakeClock } from '../../../server/kernel/clock.ts'
import { readConfig } from '../../../server/kernel/config.ts'
import { openKernel } from '../../../server/kernel/kernel.ts'
import { createModules } from '../../../server/modules.ts'

// The night of the birthdays in a process of its own, at the moment it is told: it may be made to fall on the way.
const { kernel, close } = openKernel(readConfig(process.env), 'night', { clock: fakeClock(process.argv[2] ?? '') })
await createModules(kernel).rewards.giveBirthdays(new AbortController().signal)
await close()
