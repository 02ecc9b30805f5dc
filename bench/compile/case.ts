/**
 * One graph, measured in a process of its own, so that its peak of memory is its own: compiler and floor take turns after two
 * warm-ups, and the order changes every round.
 */
import { compileBeyondLimits } from '../../dag-compiler/index.ts'
import { type CorpusDag, definitionOf, edgesByPosition, sha256 } from '../corpus.ts'
import { criticalPathOf, reducedEdges, shapeOf } from '../shape.ts'
import { type Family, graphOf } from './graphs.ts'

export interface CaseRequest {
  readonly family: Family
  readonly size: number
  readonly rounds: number
  readonly seed: number
}

export interface CaseResult {
  readonly family: Family
  readonly tasks: number
  readonly edges: number
  /** Milliseconds, round by round. */
  readonly compileMs: readonly number[]
  readonly floorMs: readonly number[]
  /** Of the whole process, graph and floor included. */
  readonly peakRssMiB: number
  readonly definitionBytes: number | null
  /** Codes of errors; a graph that is refused before a machine exists has no bytes. */
  readonly refused: readonly string[]
}

const warmUps = 2

if (process.send) process.once('message', (request: CaseRequest) => process.send!(runCase(request)))

export function runCase({ family, size, rounds, seed }: CaseRequest): CaseResult {
  const graph = graphOf(family, size, seed)
  const text = JSON.stringify(graph)
  const definition = definitionOf(graph)
  const compile = () => compileBeyondLimits(definition, { sha256 })
  const floor = () => walkFloor(text)
  const [compileMs, floorMs]: [number[], number[]] = [[], []]
  for (let round = -warmUps; round < rounds; round++) {
    const pair = [() => compileMs.push(time(compile)), () => floorMs.push(time(floor))]
    for (const run of round % 2 === 0 ? pair : pair.reverse()) run()
  }
  const { dag, problems } = compile()
  return {
    family,
    tasks: size,
    edges: graph.edges.length,
    compileMs: compileMs.slice(warmUps),
    floorMs: floorMs.slice(warmUps),
    peakRssMiB: process.resourceUsage().maxRSS / 1024,
    definitionBytes: dag?.numbers.definitionBytes ?? null,
    refused: problems.filter(({ severity }) => severity === 'error').map(({ code }) => code),
  }
}

/** Nobody can compile a graph without reading it, ordering it, knowing its longest path and its redundant edges. */
function walkFloor(text: string): number {
  const graph: CorpusDag = JSON.parse(text)
  const shape = shapeOf(graph.tasks.length, edgesByPosition(graph))
  const seconds = graph.tasks.map((task) => task.duration_s)
  return criticalPathOf(shape, seconds) + reducedEdges(shape)
}

function time(run: () => unknown): number {
  const startedAt = performance.now()
  run()
  return performance.now() - startedAt
}
