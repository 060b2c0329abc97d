import type { Contract } from './kernel/http/contract.ts'
import { staffApi } from './modules/staff/contract.ts'

/** Every contract of the product: what /openapi.json prints and the clients' tables are made from. */
export const contracts: readonly Contract[] = [staffApi]
