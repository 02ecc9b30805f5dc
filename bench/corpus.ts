/** A corpus file → DAGs. Ids of other systems are not all legal here, so tasks are called by their position; edges stay as given. */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { dagSpecDefaults } from '../dag-compiler/1-define/dag-spec.ts'
import { taskSpecDefaults } from '../dag-compiler/1-define/task-spec.ts'
import type { DagDefinition } from '../dag-compiler/index.ts'

export interface CorpusDag {
  readonly id: string
  readonly tasks: readonly { readonly id: string; readonly duration_s: number }[]
  readonly edges: readonly (readonly [from: string, to: string])[]
}

export interface Corpus {
  readonly dags: readonly CorpusDag[]
  readonly sha256: string
}

/** The file is looked up as given, then in the folder of corpora; null when it is in neither. */
export function readCorpus(file: string, folder: string): Corpus | null {
  const path = [resolve(file), join(folder, file)].find((candidate) => existsSync(candidate))
  if (path === undefined) return null
  const text = readFileSync(path, 'utf8')
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  return { dags: lines.map((line, index) => readDag(line, `${file}:${index + 1}`)), sha256: sha256(text) }
}

/** What a compile or a run would trip over later is said here, with the line. */
function readDag(line: string, where: string): CorpusDag {
  const dag: CorpusDag = JSON.parse(line)
  if (!Array.isArray(dag.tasks) || !Array.isArray(dag.edges)) throw new Error(`${where}: a DAG has "tasks" and "edges"`)
  const known = new Set(dag.tasks.map(({ id }) => id))
  const stranger = dag.edges.flat().find((end) => !known.has(end))
  if (stranger !== undefined) throw new Error(`${where}: an edge names "${stranger}", which is not a task`)
  const bad = dag.tasks.find((task) => !(task.duration_s >= 0 && Number.isFinite(task.duration_s)))
  if (bad) throw new Error(`${where}: "duration_s" of "${bad.id}" is not a number of seconds`)
  return dag
}

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

export const taskIdAt = (position: number): string => `t${position}`

/** Edges as pairs of positions, as given. */
export function edgesByPosition({ tasks, edges }: CorpusDag): (readonly [from: number, to: number])[] {
  const position = new Map(tasks.map(({ id }, index) => [id, index]))
  return edges.map(([from, to]) => [position.get(from)!, position.get(to)!])
}

export function definitionOf(dag: CorpusDag): DagDefinition {
  return {
    dagId: 'a_dag',
    spec: dagSpecDefaults,
    tasks: dag.tasks.map((_, index) => ({
      taskId: taskIdAt(index),
      operator: 'task',
      inputs: {},
      spec: taskSpecDefaults,
    })),
    edges: edgesByPosition(dag).map(([from, to]) => [taskIdAt(from), taskIdAt(to)]),
    mistakes: [],
  }
}
