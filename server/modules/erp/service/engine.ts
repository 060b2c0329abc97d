import type { Kernel } from '../../../kernel/module.ts'
import type { FilesApi } from '../../files/index.ts'
import type { Audit } from '../../staff/index.ts'
import { erpErrors } from '../contract.ts'
import type { Stream } from './stream.ts'

/** What every part of the importer works with. */
export interface Engine {
  readonly kernel: Kernel
  readonly files: FilesApi
  readonly audit: Audit
  readonly streams: readonly Stream[]
}

/** The stream of a name; throws erp.streamUnknown. */
export function streamOf({ streams }: Engine, name: string): Stream {
  const stream = streams.find(one => one.name === name)
  if (stream === undefined) throw erpErrors.streamUnknown({ stream: name })
  return stream
}
