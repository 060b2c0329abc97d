import { inTransaction } from '../../../kernel/db.ts'
import type { Kernel } from '../../../kernel/module.ts'
import type { Scope } from '../../../kernel/scope.ts'
import { VerificationReport } from '../contract/proof.ts'
import { verifyLedger, type LedgerCheck } from './verify.ts'

const KEPT = 30

const within = (scope: Scope, report: VerificationReport): VerificationReport =>
  scope.kind === 'all' ? report : { ...report, differences: [], book: [] }

/** Runs verifications and keeps what they found. */
export function verifications(
  kernel: Pick<Kernel, 'db' | 'clock' | 'newId' | 'config' | 'log'>,
  checks: () => readonly LedgerCheck[],
) {
  const { db, clock, newId, log } = kernel
  return {
    /** Verifies now and writes the report down; differences are also loud in the log. */
    async run(progress?: (done: string) => void): Promise<VerificationReport> {
      const startedAt = clock.now()
      const report = await verifyLedger(kernel, checks(), progress)
      const different = report.checks.reduce((sum, check) => sum + check.different, 0)
      if (different > 0) log.error({ different, first: report.differences[0] }, 'loyalty:verify found differences')
      await inTransaction(db, async tx => {
        await tx
          .insertInto('points_verification')
          .values({ id: newId(), startedAt, finishedAt: clock.now(), reportJson: JSON.stringify(report) })
          .execute()
      })
      return report
    },

    /** The last reports; what was different where is for staff of the whole chain only. */
    async list(scope: Scope) {
      const rows = await db
        .selectFrom('points_verification')
        .selectAll()
        .orderBy('startedAt', 'desc')
        .limit(KEPT)
        .execute()
      return {
        items: rows.map(row => ({
          verificationId: row.id,
          startedAt: row.startedAt,
          finishedAt: row.finishedAt,
          report: within(scope, VerificationReport.parse(JSON.parse(row.reportJson))),
        })),
      }
    },
  }
}
export type Verifications = ReturnType<typeof verifications>
