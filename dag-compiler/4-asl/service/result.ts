/**
 * The state data after a service call: the task's entry, with what others read of the call's result (design §7.2, §11) and with
 * its times, which only its own state knows.
 */
import { pathText } from '../../../run-model/index.ts'
import type { ServiceDefinition } from '../../1-define/dag-definition.ts'
import type { Path } from '../../2-graph/service-references.ts'
import { quotedText } from './jsonata-text.ts'

/** Of one value as JSON text; the values of a whole branch share the 256 KiB of state data (Step Functions quota). */
const mostCharacters = 4096

export function withResult(key: string, service: ServiceDefinition, exposes: readonly Path[]): string {
  if (exposes.length === 0) return `$merge([$states.input,{${quotedText(key)}:{'s':'success',${times}}}])`
  const values = exposes.map(
    (path) => `${quotedText(pathText(path))}:$p(${valueAt(path)},${quotedText(pathText(path))})`,
  )
  const check =
    "$p:=function($v,$n){$not($exists($v))?$error('The call returned nothing at '&$n):" +
    `$length($string($v))>${mostCharacters}?$error('More than ${mostCharacters} characters at '&$n):$v}`
  return `($r:=${returnValue(service)};${check};$merge([$states.input,{${quotedText(key)}:{'s':'success','v':{${values.join(',')}},${times}}}]))`
}

/** @param doomed tasks that the failure makes the machine jump over */
export function withFailure(key: string, doomed: readonly string[]): string {
  const others = doomed.map((task) => `,${quotedText(task)}:'upstream_failed'`)
  return `$merge([$states.input,{${quotedText(key)}:{'s':'failed',${times}}${others.join('')}}])`
}

/** The state was entered once, whatever its retries; its output is made when it is left. */
const times = "'t':[$states.context.State.EnteredTime,$now()]"

/** What the called code returned, without the envelope that two services put around it. */
function returnValue({ resource, pattern }: ServiceDefinition): string {
  if (resource === 'lambda:invoke' && pattern === 'request_response') return '$states.result.Payload'
  // AWS's pages disagree whether the output of `.sync:2` arrives parsed.
  if (resource === 'states:startExecution' && pattern === 'sync') {
    return "($o:=$states.result.Output;$type($o)='string'?$parse($o):$o)"
  }
  return '$states.result'
}

const valueAt = (path: Path): string =>
  path.reduce<string>(
    (value, step) => (typeof step === 'number' ? `${value}[${step}]` : `$lookup(${value},${quotedText(step)})`),
    '$r',
  )
