/** DAGs as the compiler emits them, ready to run: placeholders filled in. */
import { createHash } from 'node:crypto'
import { Dag, readDag } from '../../dag-compiler/define.ts'
import { type CompiledDag, compile } from '../../dag-compiler/index.ts'

export interface Compiled {
  readonly dag: CompiledDag
  readonly definition: string
}

/** `edges` as `a>b`; a task without edges stands alone. */
export function compileGraph(dagId: string, edges: readonly string[]): Compiled {
  const dag = new Dag(dagId)
  const names = [...new Set(edges.flatMap((edge) => edge.split('>')))]
  const refs = new Map(names.map((name) => [name, dag.empty(name)]))
  for (const edge of edges) {
    const [from, to] = edge.split('>')
    if (to !== undefined) refs.get(from!)!.before(refs.get(to)!)
  }
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
  const { dag: compiled, problems } = compile(readDag(dag).definition, { sha256 })
  if (!compiled) throw new Error(JSON.stringify(problems))
  const names2: Readonly<Record<string, string>> = { TaskFunction: 'task', Finalizer: 'finalizer', Table: 'runs' }
  return {
    dag: compiled,
    definition: compiled.definitionText.replace(/\$\{(\w+)\}/g, (_, name: string) => names2[name]!),
  }
}

export const graphs: Readonly<Record<string, readonly string[]>> = {
  chain: ['a>b', 'b>c', 'c>d'],
  diamond: ['a>b', 'a>c', 'b>d', 'c>d'],
  n: ['a>c', 'a>d', 'b>d'],
  prime: ['a>d', 'a>e', 'b>e', 'c>e', 'c>f', 'd>x', 'd>y', 'e>y', 'f>y', 'f>z'],
  wide: ['a>b', 'a>c', 'a>d', 'a>e', 'b>f', 'c>f', 'd>g', 'e>g', 'f>h', 'g>h'],
}
