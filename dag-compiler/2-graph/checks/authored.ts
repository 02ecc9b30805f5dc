/** Mistakes that the authoring API noticed while the file ran → problems. One case per `kind`. */
import type { JsonValue } from '../../../run-model/index.ts'
import type { DagDefinition, Mistake } from '../../1-define/dag-definition.ts'
import {
  badChain,
  badDecider,
  badHandler,
  badInputs,
  badMapping,
  badOption,
  badTeardown,
  missingTaskId,
  nestedReference,
  notJson,
  type OptionFault,
  taskCalledTwice,
  twoTaskIds,
  uncalledTask,
  unknownUpstream,
} from '../../problems/catalogue.ts'
import type { Problem } from '../../problems/problem.ts'
import { explainDecider, explainMapping, explainTeardown } from './explain-constructs.ts'

export function checkAuthored({ dagId, mistakes }: DagDefinition): readonly Problem[] {
  return mistakes.map((mistake) => toProblem(dagId, mistake))
}

function toProblem(dag: string, { kind, task = '', detail }: Mistake): Problem {
  const inTask = { dag, task }
  const text = (name: string) => String(detail[name] ?? '')
  switch (kind) {
    case 'bad-chain':
      return badChain({ dag, from: texts(detail.from), to: texts(detail.to) })
    case 'bad-decider':
      return badDecider({ ...inTask, ...explainDecider(task, detail) })
    case 'bad-handler':
      return badHandler({ ...inTask, given: text('given') })
    case 'bad-inputs':
      return badInputs({ ...inTask, ...explainInputs(task, text('reason'), text('given'), texts(detail.names)) })
    case 'bad-mapping':
      return badMapping({ ...inTask, ...explainMapping(task, detail) })
    case 'bad-option':
      return badOption({ dag, ...(task !== '' && { task }), option: text('option'), ...optionFault(detail) })
    case 'bad-teardown':
      return badTeardown({ ...inTask, ...explainTeardown(detail) })
    case 'missing-task-id':
      return missingTaskId({ dag, given: text('given') })
    case 'nested-reference':
      return nestedReference({ ...inTask, path: text('path'), upstream: text('upstream') })
    case 'not-json':
      return notJson({ ...inTask, path: text('path'), given: text('given') })
    case 'task-called-twice':
      return taskCalledTwice(inTask)
    case 'two-task-ids':
      return twoTaskIds({ ...inTask, inSpec: text('inSpec') })
    case 'uncalled-task':
      return uncalledTask(inTask)
    case 'unknown-upstream':
      return unknownUpstream({ ...inTask, upstream: text('upstream'), ...explainUpstream(detail) })
    default:
      throw new Error(`The authoring API reported "${kind}", which no check knows. Please report this.`)
  }
}

function optionFault({ given, expected, known, instead }: Mistake['detail']): OptionFault {
  if (expected !== undefined) return { given: String(given), expected: String(expected) }
  return { known: texts(known), instead: instead === undefined ? null : String(instead) }
}

function explainInputs(
  task: string,
  reason: string,
  given: string,
  names: readonly string[],
): { readonly what: string; readonly fix: string } {
  switch (reason) {
    case 'order':
      return {
        what: 'withArgList(…), but its handler does not destructure its argument',
        fix: `write the handler as async ({ first, second }) => …, or call ${task}({ name: value })`,
      }
    case 'count':
      return {
        what: `${given} in withArgList(…), but its handler takes ${names.length}: ${names.join(', ')}`,
        fix: 'remove what is too much',
      }
    case 'optional':
      return { what: given, fix: 'give optional(…) what calling a task returned' }
    default:
      return { what: `${given}, not with an object of inputs`, fix: `name each input: ${task}({ argument: value })` }
  }
}

function explainUpstream(detail: Mistake['detail']): { readonly reason: string; readonly near: string | null } {
  const upstream = String(detail.upstream)
  if (detail.reason === 'other-dag') {
    return {
      reason: `a task of DAG "${detail.dag}"`,
      near: 'move both tasks into one DAG, or let a schedule or a trigger order the two DAGs',
    }
  }
  const isId = /^[\p{L}\p{N}_.-]+$/u.test(upstream)
  return {
    reason: 'which is not a placed task',
    near: isId ? `call it: ${upstream}() returns the reference to pass on` : null,
  }
}

const texts = (value: JsonValue | undefined): readonly string[] => (Array.isArray(value) ? value.map(String) : [])
