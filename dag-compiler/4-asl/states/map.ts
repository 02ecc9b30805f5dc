/**
 * A Map over indexes: an iteration gets its index and what is known so far, and hands back one letter per task for how it
 * ended. The Map turns letters into counts, from which rules count instances (design §9).
 */
import { framesTo } from '../../3-plan/places.ts'
import type { MapItem } from '../../3-plan/plan.ts'
import type { Emission, Scope } from '../emission.ts'
import { entryAt, expression, quoted, runOfExecution, statusOf, unchangedInput } from '../expressions.ts'
import type { AslState } from '../machine.ts'
import { usualMaxMapLength } from '../worst-case.ts'
import type { Branch } from './parallel.ts'
import { leaving, type Target } from './target.ts'
import { catching, type Failure } from './task.ts'

export function mapState(
  emission: Emission,
  scope: Scope,
  map: MapItem,
  body: Branch,
  target: Target,
  failure: Failure | null,
): AslState {
  const { count, otherwise } = countOf(emission, map)
  const isChild = emission.histories.isDistributed(map)
  return {
    Type: 'Map',
    Items: expression(`(${count};$n>0?[0..$n-1]:[])`),
    ItemSelector: {
      '^': unchangedInput,
      '^i': expression('$states.context.Map.Item.Value'),
      ...(isChild ? { '^x': expression(scope.execution) } : {}),
      // Service calls read values of the run from the input of their own execution.
      ...(isChild && emission.services.size > 0 ? { '^run': expression(runOfExecution) } : {}),
    },
    MaxConcurrency: map.concurrency,
    ItemProcessor: {
      ProcessorConfig: isChild ? { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } : { Mode: 'INLINE' },
      ...body,
    },
    // Iterations catch what they can; one that ends all the same counts as failed and takes no other with it.
    ...(isChild && failure ? { ToleratedFailurePercentage: 100 } : {}),
    ...catching(failure),
    ...leaving(scope, target, withCounts(map.tasks, count, otherwise)),
  }
}

/** Statements that set `$n`, and an expression for the status of a mapping that has no iteration. */
function countOf({ graph, places }: Emission, { id, count }: MapItem): { count: string; otherwise: string } {
  if (count.by === 'expand') {
    const entry = entryAt(id, 0)
    return { count: `$n:=${statusOf(entry)}='success'?${entry}.n:0`, otherwise: statusOf(entry) }
  }
  const entry = (task: string): string => entryAt(task, framesTo(places.get(id)!, places.get(task)!))
  const product = [...count.of.map((task) => `${entry(task)}.n`), ...(count.times === 1 ? [] : [count.times])]
  const length = product.length > 0 ? product.join('*') : '1'
  if (count.upstreams.length === 0) return { count: `$n:=${length}`, otherwise: "'skipped'" }
  const statuses = `$u:=[${count.upstreams.map((task) => statusOf(entry(task))).join(',')}]`
  const number = `$n:=$count($u[$='success'])=${count.upstreams.length}?${length}:0`
  const limit = graph.maxMapLength ?? usualMaxMapLength
  // Each factor is within the limit, the product need not be.
  const check = product.length > 1 ? `;$n>${limit}?$error('${id} has more than ${limit} instances')` : ''
  return {
    count: `${statuses};${number}${check}`,
    otherwise: "('failed' in $u or 'upstream_failed' in $u?'upstream_failed':'skipped')",
  }
}

/** Whoever neither succeeded, was skipped nor could not run failed: an iteration that ended outside of its Catch says nothing. */
function withCounts(tasks: readonly string[], count: string, otherwise: string): string {
  const counted = tasks.map((task, at) => `${quoted(task)}:$e(${at})`).join(',')
  const uncounted = tasks.map((task) => `${quoted(task)}:$w`).join(',')
  return [
    `(${count};$w:=${otherwise};$r:=$states.result[$type($)='string']`,
    '$c:=function($j,$k){$count($r[$substring($,$j,1)=$k])}',
    "$e:=function($j){($s:=$c($j,'s');$k:=$c($j,'k');$u:=$c($j,'u');$f:=$n-$s-$k-$u;" +
      "{'s':$f>0?'failed':$u>0?'upstream_failed':$s>0?'success':'skipped','c':[$s,$k,$f,$u]})}",
    `$merge([$states.input,$n>0?{${counted}}:{${uncounted}}]))`,
  ].join(';')
}
