/** Our own conformance cases: written from the States Language specification and AWS's documentation, each with its source. */
import { describe, expect, it } from 'vitest'
import { catchCases } from './cases/catch.ts'
import { choiceCases } from './cases/choice.ts'
import { operatorCases } from './cases/choice-operators.ts'
import { dataCases } from './cases/data.ts'
import { distributedMapCases } from './cases/distributed-map.ts'
import { functionCases } from './cases/functions.ts'
import { intrinsicFunctionCases } from './cases/intrinsic-functions.ts'
import { jsonPathCases } from './cases/json-path.ts'
import { limitCases } from './cases/limits.ts'
import { mapCases } from './cases/map.ts'
import { parallelCases } from './cases/parallel.ts'
import { passCases } from './cases/pass.ts'
import { retryCases } from './cases/retry.ts'
import { serviceCases } from './cases/services.ts'
import { succeedAndFailCases } from './cases/succeed-fail.ts'
import { timeoutCases } from './cases/timeouts.ts'
import { tokenCases } from './cases/tokens.ts'
import { variableCases } from './cases/variables.ts'
import { waitCases } from './cases/wait.ts'
import { runCase } from './cases.ts'

const families = {
  Pass: passCases,
  'Succeed and Fail': succeedAndFailCases,
  Wait: waitCases,
  Choice: choiceCases,
  'Choice operators': operatorCases,
  Parallel: parallelCases,
  Map: mapCases,
  'Distributed Map': distributedMapCases,
  Retry: retryCases,
  Catch: catchCases,
  Variables: variableCases,
  Data: dataCases,
  Functions: functionCases,
  JSONPath: jsonPathCases,
  'Intrinsic functions': intrinsicFunctionCases,
  Services: serviceCases,
  Timeouts: timeoutCases,
  Tokens: tokenCases,
  Limits: limitCases,
}
const all = Object.values(families).flat()

describe.each(Object.entries(families))('%s', (_, cases) => {
  it.each(cases)('$title', runCase)
})

it('every case has a title of its own and a source', () => {
  expect(new Set(all.map(({ title }) => title)).size).toBe(all.length)
  expect(all.filter(({ source }) => source === '')).toEqual([])
})
