import { errors } from '../../../kernel/errors.ts'

/** What the importer refuses, and why, in the words of the desk. */
export const erpErrors = errors('erp', {
  sourceNotFound: [404, '找不到数据来源', 'There is no such source'],
  sourceExists: [409, '来源编码 {code} 已存在', 'A source with code {code} exists already'],
  mappingNotFound: [404, '找不到字段映射', 'There is no such column mapping'],
  streamUnknown: [400, '不认识的数据种类 {stream}', 'Unknown kind of data: {stream}'],
  fieldMissing: [422, '缺少必需的列：{fields}', 'Required columns are missing: {fields}'],
  columnMissing: [422, '文件里没有映射所指的列：{columns}', 'The file lacks columns that the mapping names: {columns}'],
  noHeader: [422, '文件没有表头或没有数据行', 'The file has no header line or no rows'],
  unreadable: [422, '文件无法读取：{reason}', 'The file cannot be read: {reason}'],
  oldExcel: [
    422,
    '这是旧版 .xls 文件，请另存为 .xlsx 后再导入',
    'This is an old .xls workbook: save it as .xlsx and import that',
  ],
  cutOff: [
    422,
    '文件不完整，像是没有写完或没有传完，请重新导出后再导入',
    'The file is incomplete, as if it was not written or sent to its end: export it again and import that',
  ],
  damaged: [422, '文件已损坏，请重新导出后再导入', 'The file is damaged: export it again and import that'],
  notWorkbook: [
    422,
    '这不是 .xlsx 工作簿(可能是压缩包、.xlsb 或其他 Office 文件)，请在 Excel 里另存为 .xlsx',
    'This is no .xlsx workbook (a ZIP, an .xlsb, another Office file?): save it as .xlsx in Excel',
  ],
  workbookLocked: [
    422,
    '工作簿设了打开密码，请去掉密码后再导入',
    'The workbook is locked with a password: remove it and import again',
  ],
  workbookRefused: [
    422,
    '工作簿内容异常，已拒绝读取：{zh}',
    'The workbook holds what no workbook should and was not read: {en}',
  ],
  workbookTooLarge: [
    422,
    '工作表太大：解开后 {size} MB，上限 {limit} MB；请分成几个文件，或另存为 CSV(不限大小)再导入',
    'The sheet is too large: {size} MB unpacked, at most {limit} MB; split the file, or save it as CSV, which has no such limit',
  ],
  workbookTooManyTexts: [
    422,
    '工作簿里不同的文字太多(超过 {limit} 百万字)；请另存为 CSV 再导入，CSV 不限大小',
    'The workbook holds too many different texts (over {limit} million characters); save it as CSV, which has no such limit',
  ],
  alreadyImported: [
    409,
    '这个文件已导入过({fileName}),如需重新导入请选择「仍然导入」',
    'This file was imported before ({fileName}); choose "import anyway" to repeat',
  ],
  importNotFound: [404, '找不到这次导入', 'There is no such import'],
  importNotRunning: [409, '这次导入没有在进行', 'This import is not running'],
  importNotStopped: [409, '只有已停止或失败的导入可以继续', 'Only a stopped or failed import can go on'],
  rowNotFound: [404, '隔离区里没有这一行', 'There is no such row in quarantine'],
  rowResolved: [409, '这一行已处理过', 'This row has been dealt with already'],
  wholeChain: [403, '数据接入只对全部门店的人员开放', 'Data intake is open only to staff of the whole chain'],
  folderOutside: [
    422,
    '监视目录必须在数据目录的 drop 之下',
    'A watched folder must lie below "drop" in the data directory',
  ],
})
