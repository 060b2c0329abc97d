import type { Kernel, Module } from '../../kernel/module.ts'
import { segmentsApi } from './contract.ts'
import { segmentsRoutes } from './routes.ts'
import { createSegmentsService, type SegmentsApi, type SegmentsNeeds } from './service/index.ts'

export { addressesOf, followingMembers, membersAt } from './service/relations.ts'
export type { SegmentsApi, SegmentsNeeds } from './service/index.ts'

/** Segments: who fits a description, counted set-based, and the descriptions that were saved. */
export function createSegments(kernel: Kernel, needs: SegmentsNeeds): Module<SegmentsApi> {
  const segments = createSegmentsService(kernel, needs)
  return {
    name: 'segments',
    api: segments.api,
    contracts: [segmentsApi],
    routes: router => segmentsRoutes(router, segments),
  }
}
