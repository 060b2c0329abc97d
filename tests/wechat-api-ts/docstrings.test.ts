import path from 'node:path'
import ts from 'typescript'
import { beforeAll, describe, expect, it } from 'vitest'

// A stranger reads the exports in their editor: each says what it promises, in which unit, and what it throws.
const source = path.join(import.meta.dirname, '../../wechat-api-ts/src')
const entries = ['index.ts', 'endpoints/index.ts'].map(name => path.join(source, name))
const UNIT = /Ms$|Seconds$|Bytes$|At$|^(tries|status|retries|code|now)$/

interface Exported {
  readonly name: string
  readonly said: string
  readonly nodes: readonly ts.Node[]
}
let exported: Exported[] = []
let checker: ts.TypeChecker

const saidOf = (symbol: ts.Symbol): string => ts.displayPartsToString(symbol.getDocumentationComment(checker)).trim()

beforeAll(() => {
  const program = ts.createProgram(entries, {
    target: ts.ScriptTarget.ESNext,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    allowImportingTsExtensions: true,
    noEmit: true,
    strict: true,
    types: ['node'],
  })
  checker = program.getTypeChecker()
  exported = entries.flatMap(entry => {
    const file = program.getSourceFile(entry)
    const module = file && checker.getSymbolAtLocation(file)
    if (module === undefined) throw new Error(`${entry} is no module`)
    return checker.getExportsOfModule(module).map(one => {
      const symbol = one.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(one) : one
      return { name: one.name, said: saidOf(symbol), nodes: symbol.declarations ?? [] }
    })
  })
})

const walk = (node: ts.Node, visit: (node: ts.Node) => void, into: (node: ts.Node) => boolean = () => true): void => {
  visit(node)
  ts.forEachChild(node, child => {
    if (into(child)) walk(child, visit, into)
  })
}

describe('every export of the package', () => {
  it('says what it promises', () => {
    expect(exported.length).toBeGreaterThan(100)
    expect(exported.filter(({ said }) => said === '').map(({ name }) => name)).toEqual([])
  })

  it('that throws by itself says what it throws', () => {
    const silent = exported.filter(({ said, nodes }) => {
      let throws = false
      for (const node of nodes) walk(node, one => (throws ||= ts.isThrowStatement(one)))
      return throws && !/throws|error|refus/i.test(said)
    })
    expect(silent.map(({ name }) => name)).toEqual([])
  })

  it('names the unit of every number that it takes or gives, in its name or in a word beside it', () => {
    const bare: string[] = []
    for (const { name, nodes, said } of exported)
      for (const node of nodes) {
        const look = (one: ts.Node): void => {
          if (!ts.isPropertySignature(one) || one.type === undefined) return
          const types = ts.isUnionTypeNode(one.type) ? one.type.types : [one.type]
          if (!types.some(({ kind }) => kind === ts.SyntaxKind.NumberKeyword)) return
          const property = one.name.getText()
          const symbol = checker.getSymbolAtLocation(one.name)
          if (UNIT.test(property) || (symbol !== undefined && saidOf(symbol) !== '')) return
          // A whole may be explained once above.
          if (new RegExp(`\\b${property}\\b`).test(said)) return
          bare.push(`${name}.${property}`)
        }
        // What a function keeps to itself is nobody's business.
        walk(node, look, child => !ts.isBlock(child))
      }
    expect(bare).toEqual([])
  })

  it('that follows a rule of WeChat’s is traced to its source: each endpoint names its section and how well it is known', () => {
    const rows = exported.find(({ name }) => name === 'Endpoint')
    expect(rows?.nodes.some(node => node.getText().includes('source'))).toBe(true)
  })
})
