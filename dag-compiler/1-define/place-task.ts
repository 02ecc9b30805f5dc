/** Declares a task under its id, and places it when its factory is called: the inputs of the call become data. */
import type { MappingDefinition, Mistake, TaskDefinition } from './dag-definition.ts'
import { type Declarations, type Declared, refuseWhenRead, type Scope } from './declarations.ts'
import { describe } from './describe.ts'
import { functionName, type Handler, type OperatorMaker, operatorOf } from './operators/operator.ts'
import { readInputs } from './read-inputs.ts'
import { readExpand, readKwargs } from './read-mapping.ts'
import { factoryOf, TaskRef } from './ref.ts'
import { readTaskSpec } from './task-spec.ts'

/** What `dag.task` returns, without its types. */
export interface AnyFactory {
  (inputs?: unknown): TaskRef
  expand(over: unknown): TaskRef
  expandKwargs(list: unknown): TaskRef
  partial(fixed: unknown): { expand(over: unknown): TaskRef; expandKwargs(list: unknown): TaskRef }
}

/** How a factory was called. */
type Call =
  | { readonly kind: 'once'; readonly inputs: unknown }
  | { readonly kind: 'expand' | 'kwargs'; readonly inputs: unknown; readonly over: unknown }

/** `task(id, body, spec)` or `task(body, spec)`, where a body is a handler or an operator. */
export function declareFactory(scope: Scope, first: unknown, second: unknown, third: unknown): AnyFactory {
  const hasId = typeof first !== 'function' && !operatorOf(first)
  const [body, spec] = hasId ? [second, third] : [first, second]
  const taskId = nameTask(scope, hasId ? first : undefined, body, spec)
  return factoryFor(scope.all, declareTask(scope, taskId, makerOf(scope.all, taskId, body), spec))
}

/** Declares a task without inputs and places it at once. */
export function placeOperator(scope: Scope, given: unknown, operator: object, spec: unknown): TaskRef {
  const maker = operatorOf(operator)
  if (!maker) throw new Error('placeOperator was given something else. Please report this bug.')
  const declared = declareTask(scope, nameTask(scope, given, undefined, spec), maker, spec)
  return placeTask(scope.all, declared, { kind: 'once', inputs: undefined })
}

function factoryFor(all: Declarations, declared: Declared): AnyFactory {
  const place = (call: Call) => placeTask(all, declared, call)
  const mapped = (fixed: unknown) => ({
    expand: (over: unknown) => place({ kind: 'expand', inputs: fixed, over }),
    expandKwargs: (over: unknown) => place({ kind: 'kwargs', inputs: fixed, over }),
  })
  return Object.assign((inputs?: unknown) => place({ kind: 'once', inputs }), {
    [factoryOf]: declared.taskId,
    ...mapped(undefined),
    partial: mapped,
  })
}

function declareTask(scope: Scope, taskId: string, maker: OperatorMaker, given: unknown): Declared {
  const { all, groupId: group, defaults } = scope
  refuseWhenRead(all)
  const { spec, mistakes, hasOwnRule } = readTaskSpec(given, taskId, defaults)
  all.mistakes.push(...mistakes)
  const ref = new TaskRef(taskId, all.owner)
  const declared: Declared = { taskId, maker, spec, hasOwnRule, group, ref, isSetup: false, teardown: null }
  all.declared.push(declared)
  all.byRef.set(ref, declared)
  return declared
}

function placeTask(all: Declarations, declared: Declared, call: Call): TaskRef {
  refuseWhenRead(all)
  const { taskId, maker, ref } = declared
  if (all.placed.has(declared)) {
    all.mistakes.push({ kind: 'task-called-twice', task: taskId, detail: {} })
    return ref
  }
  const place = { dagId: all.dagId, taskId }
  const { inputs, mistakes } = readInputs(call.inputs, maker.handler ?? noHandler, place)
  const mapping = call.kind === 'once' ? null : readMapping(call.kind, call.over, inputs, { all, ...place })
  const made = maker.define({ ...place, inputs, ...(mapping && { mapping }) })
  all.mistakes.push(...mistakes, ...(made.mistakes ?? []))
  for (const [name, fn] of Object.entries(made.functions ?? {})) all.functions.set(functionName(taskId, name), fn)
  all.placed.set(declared, { taskId, ...operatorFields(made.options), inputs, ...fieldsOf(declared, mapping) })
  return ref
}

function readMapping(
  kind: 'expand' | 'kwargs',
  over: unknown,
  fixed: TaskDefinition['inputs'],
  { all, dagId, taskId }: { readonly all: Declarations; readonly dagId: string; readonly taskId: string },
): MappingDefinition | null {
  const place = { dagId, taskId }
  const read = kind === 'expand' ? readExpand(over, Object.keys(fixed), place) : readKwargs(over, place)
  all.mistakes.push(...read.mistakes)
  return read.mapping
}

function operatorFields(options: NonNullable<TaskDefinition['options']>): Pick<TaskDefinition, 'operator' | 'options'> {
  const hasOptions = Object.keys(options).length > 1
  return { operator: options.kind, ...(hasOptions && { options }) }
}

const fieldsOf = ({ spec, group }: Declared, mapping: MappingDefinition | null) => ({
  spec,
  ...(group !== null && { group }),
  ...(mapping && { mapping }),
})

/** An operator without handler takes its inputs by name. */
const noHandler: Handler = () => undefined

function makerOf(all: Declarations, taskId: string, body: unknown): OperatorMaker {
  const maker = operatorOf(body)
  if (maker) return maker
  if (typeof body !== 'function') {
    all.mistakes.push({ kind: 'bad-handler', task: taskId, detail: { given: describe(body) } })
  }
  // An author's function takes one object of inputs; `dag.task` checked its static type, and a value that is not a
  // function was reported as a mistake, so that the stand-in never runs.
  const handler = typeof body === 'function' ? (body as Handler) : noHandler
  return { handler, define: () => ({ options: { kind: 'task' } }) }
}

/** Id in front of the body, `taskId` of the spec, name of the function: the first that is there. */
function nameTask({ all, prefix }: Scope, given: unknown, body: unknown, spec: unknown): string {
  const inSpec = typeof spec === 'object' && spec !== null && 'taskId' in spec ? spec.taskId : undefined
  const named = given ?? inSpec ?? (typeof body === 'function' ? body.name : undefined)
  const report = (mistake: Mistake) => all.mistakes.push(mistake)
  if (given !== undefined && inSpec !== undefined && given !== inSpec) {
    report({ kind: 'two-task-ids', task: `${prefix}${String(given)}`, detail: { inSpec: describe(inSpec) } })
  }
  if (typeof named === 'string' && named !== '') return `${prefix}${named}`
  report({ kind: 'missing-task-id', detail: { given: describe(named) } })
  return `${prefix}task_${all.declared.length + 1}`
}
