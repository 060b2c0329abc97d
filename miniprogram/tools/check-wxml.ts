import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { TmplGroup, type TmplConvertedExpr } from 'glass-easel-template-compiler'
import ts from 'typescript'
import { filesBelow } from './package-files.ts'

// The definition of a page or component, caught as a value, so that its data and properties get a type.
const catchers = `
type __Value<T> = T extends StringConstructor ? string : T extends NumberConstructor ? number : T extends BooleanConstructor ? boolean
  : T extends { type: infer C; value?: infer V } ? (C extends ArrayConstructor | ObjectConstructor | null ? V : __Value<C>) : unknown
declare function __Page<D extends object, O extends object>(o: O & { data?: D } & ThisType<any>): D
declare function __Component<D extends object, R extends object, O extends object>(
  o: O & { data?: D; properties?: R } & ThisType<any>): D & { [K in keyof R]: __Value<R[K]> }
`

interface Template {
  file: string
  expression: TmplConvertedExpr
}

/**
 * Checks every expression in every template against the data of the page or component beside it; returns problems as
 * `file:line:column text`. With `instead` only the templates it names are checked, each with the text it gives.
 */
export function checkWxml(source: string, instead?: Record<string, (template: string) => string>): string[] {
  const problems: string[] = []
  const virtual = new Map<string, string>()
  const templates = new Map<string, Template>()
  for (const file of filesBelow(source).filter(file => file.endsWith('.wxml'))) {
    const base = path.join(source, file.slice(0, -'.wxml'.length))
    if (!existsSync(`${base}.ts`) || (instead && !(file in instead))) continue
    const group = new TmplGroup()
    const written = readFileSync(`${base}.wxml`, 'utf8')
    const found = group.addTmpl('template', instead?.[file]?.(written) ?? written) as {
      startLine: number
      message: string
    }[]
    problems.push(...found.map(each => `${file}:${each.startLine + 1} ${each.message}`))
    const expression = group.getTmplConvertedExpr(
      'template',
      `import { __definition } from './${path.basename(base)}.__definition.ts'\ndeclare const data: typeof __definition\ndeclare const tags: any`,
    )
    const definition = readFileSync(`${base}.ts`, 'utf8').replace(
      /^(Page|Component)\(/m,
      'export const __definition = __$1(',
    )
    virtual.set(`${base}.__definition.ts`, definition + catchers)
    virtual.set(`${base}.__template.ts`, expression.code() ?? '')
    templates.set(`${base}.__template.ts`, { file, expression })
  }
  const program = ts.createProgram(
    [...templates.keys(), ...declarations(source)],
    compilerOptions(source),
    hostWith(virtual, source),
  )
  for (const [name, template] of templates) problems.push(...diagnose(program, name, template))
  return problems
}

function declarations(source: string): string[] {
  return filesBelow(source)
    .filter(file => file.endsWith('.d.ts'))
    .map(file => path.join(source, file))
}

function compilerOptions(source: string): ts.CompilerOptions {
  const configFile = path.join(source, '../tsconfig.json')
  const config = ts.parseJsonConfigFileContent(
    ts.readConfigFile(configFile, f => ts.sys.readFile(f)).config,
    ts.sys,
    path.dirname(configFile),
  )
  const { tsBuildInfoFile: _, ...options } = config.options
  return { ...options, noUnusedLocals: false, allowUnreachableCode: true, incremental: false }
}

function hostWith(virtual: Map<string, string>, source: string): ts.CompilerHost {
  const host = ts.createCompilerHost(compilerOptions(source))
  const { fileExists, readFile, getSourceFile } = host
  host.fileExists = file => virtual.has(file) || fileExists.call(host, file)
  host.readFile = file => virtual.get(file) ?? readFile.call(host, file)
  host.getSourceFile = (file, options, ...rest) => {
    const text = virtual.get(file)
    return text === undefined
      ? getSourceFile.call(host, file, options, ...rest)
      : ts.createSourceFile(file, text, options, true)
  }
  return host
}

function diagnose(program: ts.Program, name: string, { file, expression }: Template): string[] {
  const sourceFile = program.getSourceFile(name)
  if (!sourceFile) return [`${file} was not checked`]
  return program.getSemanticDiagnostics(sourceFile).map(({ start = 0, length = 0, code, messageText }) => {
    const from = sourceFile.getLineAndCharacterOfPosition(start)
    const to = sourceFile.getLineAndCharacterOfPosition(start + length)
    const [line = 0, column = 0] = expression.getSourceLocation(from.line, from.character, to.line, to.character) ?? []
    return `${file}:${line + 1}:${column + 1} TS${code} ${ts.flattenDiagnosticMessageText(messageText, ' ')}`
  })
}

if (import.meta.main) {
  const problems = checkWxml(path.resolve(import.meta.dirname, '../src'))
  for (const problem of problems) console.error(problem)
  process.exitCode = problems.length > 0 ? 1 : 0
}
