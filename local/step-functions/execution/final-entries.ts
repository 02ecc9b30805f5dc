/** Entries that no state writes: the first one, and ends that come from outside the definition. */
import type { Entry, ExecutionIdentity } from './entry.ts'
import type { ExecutionState } from './state.ts'

export function startedEntry(identity: ExecutionIdentity, input: string, atMs: number): Entry {
  const version = identity.versionArn === null ? {} : { stateMachineVersionArn: identity.versionArn }
  const alias = identity.aliasArn === undefined ? {} : { stateMachineAliasArn: identity.aliasArn }
  const details = { input, roleArn: identity.roleArn, ...version, ...alias }
  return { type: 'ExecutionStarted', id: 1, previousId: 0, atMs, scope: 0, details, own: { execution: identity } }
}

export function redrivenEntry(state: ExecutionState, atMs: number, clientToken: string | null): Entry {
  const details = { redriveCount: state.redriveCount + 1 }
  const own = clientToken === null ? {} : { own: { clientToken } }
  const id = state.nextEventId
  return { type: 'ExecutionRedriven', id, previousId: id - 1, atMs, scope: 0, details, ...own }
}

export function deletedEntry(state: ExecutionState, atMs: number): Entry {
  return failed(state, atMs, `State machine ${state.identity.machineArn} has been deleted`)
}

/** A bug of ours must not leave an execution running for ever. */
export function internalFailure(state: ExecutionState, atMs: number, error: unknown): Entry {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return failed(state, atMs, `The local Step Functions failed; please report: ${text.slice(0, 2000)}`)
}

function failed(state: ExecutionState, atMs: number, cause: string): Entry {
  const previousId = state.scopes.get(0)?.lastEventId ?? 0
  const details = { error: 'States.Runtime', cause }
  return { type: 'ExecutionFailed', id: state.nextEventId, previousId, atMs, scope: 0, details }
}
