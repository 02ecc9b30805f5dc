/** A compiled DAG and its bundle → the manifest that a deployment registers: one version of one DAG, whole. */
import type { CompiledDag, DagDefinition, GraphTask } from '../../dag-compiler/index.ts'
import {
  cronPresets,
  type DagManifest,
  type DagOptions,
  type ScheduleSpec,
  type TaskManifest,
} from '../../run-model/index.ts'
import type { ProjectDag } from './bundle.ts'

export function toManifest(
  { compiled, relativeFile, source }: ProjectDag,
  { codeHash, bundleVersion }: Pick<DagManifest, 'codeHash' | 'bundleVersion'>,
): DagManifest {
  return {
    dagId: compiled.dagId,
    file: relativeFile,
    source,
    codeHash,
    bundleVersion,
    schedule: toSchedule(compiled.authored.spec),
    options: toOptions(compiled),
    tasks: compiled.graph.tasks.map(toTask),
    edges: compiled.graph.edges,
    wiring: compiled.wiring,
  }
}

/** When a DAG is due, from its options: presets resolved, spaces of cron expressions made single. */
export function toSchedule({
  schedule,
  timezone,
  timetable,
  startDate,
  endDate,
  catchup,
}: DagDefinition['spec']): ScheduleSpec {
  return { expressions: toExpressions(schedule), timezone, timetable, startDate, endDate, catchup }
}

function toExpressions(schedule: DagDefinition['spec']['schedule']): ScheduleSpec['expressions'] {
  if (schedule === null || schedule === '@once' || schedule === '@continuous') return schedule
  const expressions = typeof schedule === 'string' ? [schedule] : schedule
  return expressions.map((expression) => cronPresets[expression] ?? expression.trim().split(/\s+/).join(' '))
}

function toOptions({ authored, graph }: CompiledDag): DagOptions {
  const { description, docMd, dagDisplayName, tags, maxActiveRuns, isPausedUponCreation, dagrunTimeout, recorded } =
    authored.spec
  return {
    description,
    docMd,
    dagDisplayName,
    tags,
    owners: [...new Set(graph.tasks.map(({ spec }) => spec.owner))].toSorted(),
    maxActiveRuns,
    isPausedUponCreation,
    dagrunTimeout,
    recorded,
  }
}

function toTask({ taskId, key, operator, upstreams, downstreams, spec }: GraphTask): TaskManifest {
  const { maxInfraRetries: _, doXcomPush: __, ...shown } = spec
  return { taskId, key, operator, upstreams, downstreams, ...shown }
}
