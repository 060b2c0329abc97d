import { createPrivateKey, createPublicKey } from 'node:crypto'
import type { z } from 'zod'
import { inTransaction } from '../../../../kernel/db.ts'
import { commonErrors } from '../../../../kernel/errors.ts'
import type { StaffCaller } from '../../../../kernel/http/caller.ts'
import type { Kernel } from '../../../../kernel/module.ts'
import { wechatErrors, type MerchantView, type payOperations } from '../../contract/index.ts'
import { merchantRow, writeMerchant } from '../../repository/payments.ts'
import type { AuditAccounts } from '../accounts/setup.ts'
import { createWechatPay } from './index.ts'
import type { PayPort } from './port.ts'
import { productCoupons, type ProductCoupons } from './product-coupons.ts'

type Change = z.output<(typeof payOperations)['saveMerchant']['body']>

/** WeChat Pay's own host. */
const HOST = 'https://api.mch.weixin.qq.com'

function keysOf(json: string): Record<string, string> {
  const read: unknown = JSON.parse(json)
  return typeof read === 'object' && read !== null
    ? Object.fromEntries(Object.entries(read).filter((pair): pair is [string, string] => typeof pair[1] === 'string'))
    : {}
}

const isReadable = (read: () => unknown): boolean => {
  try {
    read()
    return true
  } catch {
    return false
  }
}

/** The merchant: set up by staff, its keys sealed at rest, opened only to sign and to read what WeChat says. */
export function createMerchant({ db, vault, clock }: Pick<Kernel, 'db' | 'vault' | 'clock'>, audit: AuditAccounts) {
  let made: { of: string; port: PayPort; coupons: ProductCoupons | null } | null = null

  /** The ways to WeChat Pay by the keys that are in force, made anew when these change; null without a merchant. */
  async function ways() {
    const row = await merchantRow(db)
    if (row === undefined) return null
    const of = `${row.mchId} ${row.version}`
    if (made?.of !== of) {
      const needs = {
        mchId: row.mchId,
        serial: row.serial,
        privateKey: vault.open(row.privateKeySealed),
        apiV3Key: vault.open(row.apiV3KeySealed),
        platformKeys: keysOf(row.platformKeysJson),
        baseUrl: row.baseUrl,
        clock,
      }
      const { brandId } = row
      made = {
        of,
        port: createWechatPay(needs),
        coupons: brandId === '' ? null : productCoupons({ ...needs, brandId }),
      }
    }
    return { ...made, mchId: row.mchId }
  }

  return {
    /** The way to WeChat Pay by the keys that are in force; throws noMerchant. */
    async port(): Promise<{ mchId: string; port: PayPort }> {
      const found = await ways()
      if (found === null) throw wechatErrors.noMerchant()
      return { mchId: found.mchId, port: found.port }
    },
    /** 商品券 of the merchant's brand; null where there is no merchant or no brand. */
    coupons: async (): Promise<ProductCoupons | null> => (await ways())?.coupons ?? null,
    async view(): Promise<z.input<typeof MerchantView> | null> {
      const row = await merchantRow(db)
      if (row === undefined) return null
      const { mchId, serial, baseUrl, brandId, changedAt, version, platformKeysJson } = row
      return {
        mchId,
        serial,
        baseUrl,
        brandId,
        changedAt,
        version,
        platformSerials: Object.keys(keysOf(platformKeysJson)),
      }
    },
    /** Keeps what is given; throws badMerchantKey, merchantKeyMissing, conflict. */
    async save(change: Change, caller: StaffCaller): Promise<void> {
      const { version, mchId, serial, privateKey, apiV3Key, platformSerial, platformKey, baseUrl, brandId } = change
      if (privateKey !== undefined && !isReadable(() => createPrivateKey(privateKey)))
        throw wechatErrors.badMerchantKey({ zh: '商户私钥', en: 'private key' })
      if (platformKey !== undefined && !isReadable(() => createPublicKey(platformKey)))
        throw wechatErrors.badMerchantKey({ zh: '平台公钥', en: 'platform key' })
      await inTransaction(db, async tx => {
        const before = await merchantRow(tx)
        const privateKeySealed = privateKey === undefined ? before?.privateKeySealed : vault.seal(privateKey)
        const apiV3KeySealed = apiV3Key === undefined ? before?.apiV3KeySealed : vault.seal(apiV3Key)
        const platformKeys =
          platformSerial === undefined || platformKey === undefined
            ? keysOf(before?.platformKeysJson ?? '{}')
            : { ...keysOf(before?.platformKeysJson ?? '{}'), [platformSerial]: platformKey }
        if (privateKeySealed === undefined || apiV3KeySealed === undefined || Object.keys(platformKeys).length === 0)
          throw wechatErrors.merchantKeyMissing()
        const written = await writeMerchant(tx, version, {
          mchId,
          serial,
          privateKeySealed,
          apiV3KeySealed,
          platformKeysJson: JSON.stringify(platformKeys),
          baseUrl: baseUrl ?? before?.baseUrl ?? HOST,
          brandId: brandId ?? before?.brandId ?? '',
          changedAt: clock.now(),
        })
        if (!written) throw commonErrors.conflict()
        await audit(tx, caller, {
          action: 'wechat.pay.merchant',
          subjectKind: 'merchant',
          subjectId: mchId,
          // Never a key, only which of them were given.
          details: { keys: [privateKey && 'privateKey', apiV3Key && 'apiV3Key', platformKey && 'platformKey'] },
        })
      })
    },
  }
}
export type Merchant = ReturnType<typeof createMerchant>
