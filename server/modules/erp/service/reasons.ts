import type { FieldSpec, Label, RowProblem } from './stream.ts'

/** Why a row cannot stand, as a group heading and as a sentence; {value} and details are filled in. */
const REASONS = {
  missingValue: [
    ['必填项为空', 'Required field is empty'],
    ['为空', 'is empty'],
  ],
  badDate: [
    ['日期不存在', 'No such date'],
    ['{value} 不存在', '{value} does not exist'],
  ],
  badDateForm: [
    ['日期格式认不出', 'Date in an unknown form'],
    ['「{value}」认不出是哪一天', '"{value}" is in no known form'],
  ],
  badTime: [
    ['时间不存在', 'No such time'],
    ['「{value}」不是时间', '"{value}" is not a time'],
  ],
  futureDate: [
    ['日期在将来', 'Date in the future'],
    ['{value} 晚于今天', '{value} lies in the future'],
  ],
  badNumber: [
    ['不是数字', 'Not a number'],
    ['「{value}」不是数字', '"{value}" is not a number'],
  ],
  currencySign: [
    ['数字里有货币符号', 'Number with a currency sign'],
    ['「{value}」带货币符号，不是纯数字', '"{value}" carries a currency sign and is not a plain number'],
  ],
  tooPrecise: [
    ['小数超过四位', 'More than four decimals'],
    ['「{value}」超过四位小数', '"{value}" has more than four decimals'],
  ],
  tooLarge: [
    ['数值过大', 'Number too large'],
    ['「{value}」过大', '"{value}" is too large'],
  ],
  tooLong: [
    ['内容过长', 'Text too long'],
    ['超过 {limit} 个字', 'is longer than {limit} characters'],
  ],
  unknownValue: [
    ['没有对应的取值', 'Value not known'],
    ['「{value}」没有对应的取值', '"{value}" is not a known value'],
  ],
  signConflict: [
    ['正负号与单据类型不符', 'Sign conflicts with the document type'],
    ['「{value}」与单据类型 {type} 不符', '"{value}" conflicts with document type {type}'],
  ],
  memberConflict: [
    ['同一小票有两个会员', 'Two members on one receipt'],
    ['同一小票出现两个会员：{value}', 'two members on one receipt: {value}'],
  ],
  headerConflict: [
    ['同一小票前后不一致', 'Receipt contradicts itself'],
    ['同一小票前后不一致：{value}', 'the receipt contradicts itself: {value}'],
  ],
  mixedEncoding: [
    ['编码与文件其他行不同', 'Encoding differs from the rest of the file'],
    [
      '编码与文件其他行不同(此行 {encoding})',
      'is encoded differently from the rest of the file (this line: {encoding})',
    ],
  ],
  columnCount: [
    ['列数不对', 'Wrong number of columns'],
    ['有 {count} 列，表头有 {expected} 列', 'has {count} columns, the header has {expected}'],
  ],
  cutOff: [
    ['文件在这里中断', 'The file breaks off here'],
    ['文件在这一行中断(引号没有结束)', 'the file breaks off in this line (a quote is not closed)'],
  ],
  refused: [
    ['写入被拒绝', 'Refused when written'],
    ['写入被拒绝：{message}', 'was refused when written: {message}'],
  ],
} as const satisfies Record<string, readonly [readonly [string, string], readonly [string, string]]>

export type Reason = keyof typeof REASONS

const isReason = (text: string): text is Reason => text in REASONS

/** The heading under which a reason's rows are grouped. */
export const reasonLabel = (reason: string): Label =>
  isReason(reason) ? { zh: REASONS[reason][0][0], en: REASONS[reason][0][1] } : { zh: reason, en: reason }

const fill = (text: string, problem: RowProblem): string =>
  text.replaceAll(/\{(\w+)\}/g, (whole, name: string) =>
    name === 'value' ? (problem.value ?? '') : String(problem.details?.[name] ?? whole),
  )

/** The sentence about one problem: 「第 812 行 日期 20150229 不存在」. */
export function sayProblem(problem: RowProblem, line: number, fields: readonly FieldSpec[]): Label {
  const [zh, en] = REASONS[problem.reason][1]
  const label = fields.find(field => field.name === problem.field)?.label
  return {
    zh: [`第 ${line} 行`, label?.zh, fill(zh, problem)].filter(Boolean).join(' '),
    en: [`Line ${line}:`, label?.en, fill(en, problem)].filter(Boolean).join(' '),
  }
}
