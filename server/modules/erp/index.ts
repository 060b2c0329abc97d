export type {
  Applier,
  FieldSpec,
  ImportContext,
  Outcome,
  ParsedRow,
  ParserInput,
  RowProblem,
  Stream,
} from './service/stream.ts'
export {
  cutDecimal,
  dateReader,
  decimalText,
  readDecimal,
  readFlag,
  readText,
  readTime,
  timesScaled,
  type Read,
} from './service/values.ts'
