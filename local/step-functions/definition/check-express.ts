/** What an EXPRESS machine cannot hold: it waits for nothing outside. Source: AWS, "Choosing workflow type". */
import { isObject, type Report } from './check-definition.ts'
import { innerRegions, isDistributed, type Json } from './machine.ts'

/** Wording: recorded on AWS, the blank at the end included. */
export function checkExpress(region: Json, location: string, report: Report): void {
  if (!isObject(region.States)) return
  for (const [name, state] of Object.entries(region.States)) {
    if (isObject(state)) checkState(state, `${location}/States/${name}`, report)
  }
}

function checkState(state: Json, at: string, report: Report): void {
  const pattern = /\.(sync(:2)?|waitForTaskToken)$/.exec(String(state.Resource))?.[0]
  if (state.Type === 'Task' && pattern !== undefined) {
    report(
      'SCHEMA_VALIDATION_FAILED',
      `Express state machine does not support '${pattern}' service integration `,
      `${at}/Resource`,
    )
  }
  if (state.Type === 'Task' && /:activity:[^:]+$/.test(String(state.Resource)))
    report('SCHEMA_VALIDATION_FAILED', 'Express state machine does not support Activity ARN', `${at}/Resource`)
  if (state.Type === 'Map' && isDistributed(state)) {
    const message = "The field 'Mode' with value 'DISTRIBUTED' is not supported inside 'EXPRESS' state machines"
    const field = state.ItemProcessor === undefined ? 'Iterator' : 'ItemProcessor'
    report('SCHEMA_VALIDATION_FAILED', message, `${at}/${field}/ProcessorConfig/Mode`)
  }
  for (const [index, inner] of innerRegions(state).entries()) {
    if (isObject(inner))
      checkExpress(inner, `${at}/${state.Type === 'Parallel' ? `Branches[${index}]` : 'ItemProcessor'}`, report)
  }
}
