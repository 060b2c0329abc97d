import { contract } from '../../../kernel/http/contract.ts'
import { codesApi } from './codes.ts'
import { offlineApi } from './offline.ts'

/** Codes, proofs and the time without a network: part of the till API, and printed with it. */
export const tillCodesApi = contract('till', { ...codesApi, ...offlineApi })
