/**
 * Executions that others wait for: `.sync` tasks and Map Runs. Invariant: a parent learns of a child's end after that end
 * is on disk, and a child whose parent no longer waits is stopped; both hold again after a restart.
 */
import { readExecutionArn } from './api/arns.ts'
import { hasExpressChildren, stateOf } from './definition/machine.ts'
import { derivedId } from './derived-id.ts'
import type { ExecutionIdentity } from './execution/entry.ts'
import type { ExecutionState, MapRunPhase, Scope } from './execution/state.ts'
import type { Lifetime, Wait } from './lifetime.ts'
import type { ChildGroup, Running } from './running.ts'
import { type ExecutionKey, keyText } from './storage/execution-logs.ts'

/** AWS: an EXPRESS execution lasts five minutes at most. */
const expressSeconds = 300
/** AWS's most open children of one Map Run. */
const mostChildren = 10_000

/** Registers the wait, or answers it at once when the child has ended. Asking again changes nothing. */
export function awaitChild(lifetime: Lifetime, parent: Running, childArn: string, wait: Wait): void {
  const child = readExecutionArn(childArn)
  const text = keyText(child)
  const group = groupOf(parent, wait)
  if (group.open.has(text)) return
  group.open.set(text, { child, wait })
  lifetime.waits.set(text, [...(lifetime.waits.get(text) ?? []), wait])
  const state = lifetime.find(child)
  if (state?.status !== 'RUNNING') childEnded(lifetime, child, state)
}

function groupOf(parent: Running, { scopeId, eventId }: Wait): ChildGroup {
  const id = groupId(scopeId, eventId)
  const group = parent.children.get(id) ?? { scopeId, eventId, open: new Map() }
  parent.children.set(id, group)
  return group
}

const groupId = (scopeId: number, eventId: number) => `${scopeId}#${eventId}`

export function announceEnd(lifetime: Lifetime, { key, state }: Running): void {
  childEnded(lifetime, key, state)
}

function childEnded(lifetime: Lifetime, child: ExecutionKey, state: ExecutionState | null): void {
  const text = keyText(child)
  const waits = lifetime.waits.get(text) ?? []
  lifetime.waits.delete(text)
  for (const { parent: key, scopeId, eventId, item } of waits) {
    const parent = lifetime.running.get(keyText(key))
    if (!parent) continue
    parent.children.get(groupId(scopeId, eventId))?.open.delete(text)
    const feed = parent.feeds.get(scopeId)
    if (item !== null && feed?.eventId === eventId) feed.open -= 1
    lifetime.enqueueQuietly(parent, { kind: 'childEnded', scopeId, eventId, item, child: state })
  }
}

/** Children of tasks and Map Runs that are over without them: AWS stops them, as far as it can. */
export function stopLostChildren(lifetime: Lifetime, parent: Running): void {
  for (const [id, group] of parent.children) {
    if (stillWaits(parent.state, group)) continue
    parent.children.delete(id)
    for (const [text, { child, wait }] of group.open) {
      const others = (lifetime.waits.get(text) ?? []).filter((one) => one !== wait)
      lifetime.waits.set(text, others)
      stop(lifetime, child)
    }
  }
}

/** After a restart: an open child whose parent has ended, or went on, in the moment of the crash. */
export function stopOrphans(lifetime: Lifetime): void {
  for (const { key, state } of [...lifetime.running.values()]) {
    const by = state.identity.startedBy
    if (!by?.waits) continue
    const parent = lifetime.running.get(keyText(by))
    const waits = parent && [...parent.state.scopes.values()].some((scope) => waitsBy(scope, by.eventId))
    if (!waits) stop(lifetime, key)
  }
}

function stillWaits(state: ExecutionState, { scopeId, eventId }: ChildGroup): boolean {
  const scope = state.status === 'RUNNING' ? state.scopes.get(scopeId) : undefined
  return scope !== undefined && waitsBy(scope, eventId)
}

function waitsBy({ phase }: Scope, eventId: number): boolean {
  if (phase.kind === 'task') return phase.scheduledEventId === eventId
  return phase.kind === 'mapRun' && phase.startedEventId === eventId
}

function stop(lifetime: Lifetime, key: ExecutionKey): void {
  const child = lifetime.running.get(keyText(key))
  if (child) lifetime.enqueueQuietly(child, { kind: 'stop', error: null, cause: null })
}

/** Starts as many children as may run at once, in the order of the items; those that a former lifetime started are found by name. */
export function feedMapRun(lifetime: Lifetime, parent: Running, scope: Scope): void {
  const phase = scope.phase as MapRunPhase // the caller looked
  const present = parent.feeds.get(scope.id)
  const feed = present?.eventId === phase.startedEventId ? present : { eventId: phase.startedEventId, next: 0, open: 0 }
  parent.feeds.set(scope.id, feed)
  const most = phase.maxConcurrency === 0 ? mostChildren : Math.min(mostChildren, phase.maxConcurrency)
  while (feed.open < most && feed.next < phase.inputs.length) {
    const item = feed.next++
    if (phase.outcomes[item] !== null) continue
    feed.open += 1
    startItem(lifetime, parent, scope, item)
  }
}

/** Where the execution of an item is kept. */
export function keyOfItem(parent: Running, scope: Scope, item: number): ExecutionKey {
  const { machineName, name } = itemIdentity(parent, scope, item)
  return { machineName, executionName: name }
}

function startItem(lifetime: Lifetime, parent: Running, scope: Scope, item: number): void {
  const phase = scope.phase as MapRunPhase // the caller looked
  const identity = itemIdentity(parent, scope, item)
  const key = { machineName: identity.machineName, executionName: identity.name }
  const child = parent.isResumed ? lifetime.find(key) : null
  // A log without a whole first line is one that a crash cut short: nobody has heard of that execution.
  if (!child) lifetime.start(identity, phase.inputs[item]!)
  else if (isToRedrive(child, parent.state, phase)) lifetime.redrive(key, child)
  awaitChild(lifetime, parent, identity.arn, {
    parent: parent.key,
    scopeId: scope.id,
    eventId: phase.startedEventId,
    item,
  })
}

/** A redrive of the parent takes up each child that had not succeeded before it, once. */
function isToRedrive(child: ExecutionState, parent: ExecutionState, { redriveCount }: MapRunPhase): boolean {
  if (child.status === 'RUNNING' || child.status === 'SUCCEEDED' || child.redriveCount >= redriveCount) return false
  return (child.redrivenAtMs ?? child.startedAtMs) <= (parent.redrivenAtMs ?? 0)
}

function itemIdentity({ key, state, machine }: Running, scope: Scope, item: number): ExecutionIdentity {
  const phase = scope.phase as MapRunPhase // the caller looked
  const { identity } = state
  const machineName = `${identity.machineName.split('/')[0]}/${phase.label}`
  const name = derivedId(`${phase.mapRunArn}#${item}`)
  const prefix = identity.arn.slice(0, identity.arn.indexOf(':execution:'))
  return {
    arn: `${prefix}:execution:${machineName}:${name}`,
    name,
    machineName,
    machineArn: `${prefix}:stateMachine:${machineName}`,
    versionArn: null,
    roleArn: identity.roleArn,
    definitionHash: machine.hash,
    regionPath: `${scope.regionPath}/${scope.current!.name}/0`,
    startedBy: { ...key, eventId: phase.startedEventId, waits: true },
    mapRunArn: phase.mapRunArn,
    ...(hasExpressChildren(stateOf(machine, scope.regionPath, scope.current!.name).json)
      ? { timeoutSeconds: expressSeconds }
      : {}),
  }
}
