/** The launcher's answer to a request: an alarm or a plan starts what is due, a trigger makes one run. */
import type { LaunchAnswer, LaunchRequest } from '../../run-model/index.ts'
import { planDag } from './plan-dag.ts'
import type { LauncherPorts } from './ports.ts'
import { trigger } from './trigger.ts'

/** Timers and clocks of two machines may disagree by this much; an alarm must not find that its tick is not due yet. */
const clockSkewMs = 60_000

/**
 * Every request may come twice. A tick or plan of an unknown DAG launches nothing: its alarm has outlived it.
 *
 * @throws Error when the table or Step Functions cannot be reached; the request may be repeated as it is.
 */
export async function launch(ports: LauncherPorts, request: LaunchRequest): Promise<LaunchAnswer> {
  if (request.kind === 'trigger') return trigger(ports, request)
  const now = request.kind === 'tick' ? notBefore(request.scheduledTime, ports.now()) : ports.now()
  return { kind: 'launched', runs: await planDag(ports, request.dagId, { now }) }
}

function notBefore(scheduledTime: string, nowMs: number): number {
  const scheduledMs = Date.parse(scheduledTime)
  return scheduledMs > nowMs && scheduledMs - nowMs <= clockSkewMs ? scheduledMs : nowMs
}
