import { contract } from '../../kernel/http/contract.ts'
import { errors } from '../../kernel/errors.ts'

/** What can be wrong with an upload. */
export const filesErrors = errors('files', {
  empty: [400, '文件是空的：{name}', 'The file is empty: {name}'],
  tooLarge: [413, '文件过大：{name} 超过 {limit}', 'The file is too large: {name} is over {limit}'],
  noFile: [400, '没有收到文件', 'No file was received'],
  broken: [400, '上传中断，文件没有保存，请重试', 'The upload broke off; nothing was stored, try again'],
  notFound: [404, '找不到这个文件', 'There is no such file'],
  missingBytes: [410, '文件内容已不在磁盘上：{name}', 'The bytes of this file are gone from disk: {name}'],
})

/** Files has no pages of its own: the modules that take uploads call its port. */
export const filesApi = contract('files', {})
