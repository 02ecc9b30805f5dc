/** The context object and the variables an expression of a state sees. Source: AWS, "Accessing execution data from the Context object". */
import type { Bindings } from '../jsonata/expression.ts'
import type { CurrentState, ExecutionState, Scope } from './state.ts'

export interface ContextExtras {
  readonly token?: string
  /** While a Map's ItemSelector is evaluated. */
  readonly mapItem?: { readonly index: number; readonly value: unknown }
}

export function contextObject(
  state: ExecutionState,
  scope: Scope,
  extras: ContextExtras = {},
): Record<string, unknown> {
  const { identity } = state
  const mapItem = extras.mapItem ?? mapItemOf(state, scope)
  const execution: Record<string, unknown> = {
    Id: identity.arn,
    StartTime: iso(state.startedAtMs),
    Name: identity.name,
    RoleArn: identity.roleArn,
    RedriveCount: state.redriveCount,
    ...(state.redrivenAtMs === null ? {} : { RedriveTime: iso(state.redrivenAtMs) }),
  }
  lazy(execution, 'Input', () => JSON.parse(state.input))
  return {
    Execution: execution,
    StateMachine: { Id: identity.machineArn, Name: identity.machineName },
    ...(scope.current ? { State: stateContext(scope.current) } : {}),
    ...(extras.token === undefined ? {} : { Task: { Token: extras.token } }),
    ...(mapItem ? { Map: { Item: { Index: mapItem.index, Value: mapItem.value } } } : {}),
    ...identity.testContext,
  }
}

function stateContext(current: CurrentState): Record<string, unknown> {
  const state = { Name: current.name, EnteredTime: iso(current.enteredAtMs) }
  return current.isRepeatable ? { ...state, RetryCount: retryCount(current) } : state
}

function retryCount(current: CurrentState): number {
  return current.retries.reduce((sum, count) => sum + (count ?? 0), 0)
}

const iso = (atMs: number) => new Date(atMs).toISOString()

/** The innermost iteration around this scope. */
function mapItemOf(state: ExecutionState, scope: Scope): { index: number; value: unknown } | null {
  for (let one: Scope | undefined = scope; one; one = one.parent === null ? undefined : state.scopes.get(one.parent)) {
    if (one.mapItem !== null) return { index: one.index, value: JSON.parse(one.mapItem) }
  }
  return null
}

/** Outer variables first, inner ones over them. Values are JSON text. */
export function visibleVariables(state: ExecutionState, scope: Scope): Record<string, string> {
  const outer = scope.parent === null ? undefined : state.scopes.get(scope.parent)
  if (!outer) return scope.variables
  return { ...visibleVariables(state, outer), ...scope.variables }
}

export interface StateData {
  readonly result?: unknown
  readonly errorOutput?: unknown
}

/** `$states` with lazy members: parsing the input and building the context cost more than most expressions. */
export function bindingsOf(
  state: ExecutionState,
  scope: Scope,
  data: StateData = {},
  extras: ContextExtras = {},
): Bindings {
  const states: Record<string, unknown> = { ...data }
  lazy(states, 'input', () => JSON.parse(scope.current?.input ?? 'null'))
  lazy(states, 'context', () => contextObject(state, scope, extras))
  const bindings: Record<string, unknown> = { states }
  for (const [name, text] of Object.entries(visibleVariables(state, scope)))
    lazy(bindings, name, () => JSON.parse(text))
  return bindings as Bindings // `states` was set two lines above
}

function lazy(target: Record<string, unknown>, name: string, make: () => unknown): void {
  Object.defineProperty(target, name, {
    enumerable: true,
    configurable: true,
    get() {
      const value = make()
      Object.defineProperty(target, name, { value, enumerable: true })
      return value
    },
  })
}
