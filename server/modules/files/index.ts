import type { Kernel, Module } from '../../kernel/module.ts'
import { filesApi } from './contract.ts'
import { createFileStore, type FilesApi } from './service/index.ts'

export type { FilesApi } from './service/index.ts'
export type { StoredFile } from './repository.ts'
export { pictureType } from './service/picture.ts'

/** Uploads, kept durably on disk by their sha256. */
export const createFiles = (kernel: Kernel): Module<FilesApi> => ({
  name: 'files',
  api: createFileStore(kernel),
  contracts: [filesApi],
})
