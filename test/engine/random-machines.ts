/** Random definitions that are valid by construction: regions of states of every type, in both languages, nested in each other. */
import fc from 'fast-check'

type Json = Readonly<Record<string, unknown>>
/** Makes a state under a name; `next` is the state behind it. */
type Shape = (names: Names, next: string) => Json
interface Names {
  next(): string
}

const languages = fc.constantFrom('JSONata', 'JSONPath')
const expressions = fc.constantFrom(
  '{% $states.input %}',
  '{% $states.input.a %}',
  '{% $states.input.list[n > 1] %}',
  '{% $count($states.input.list) %}',
  "{% $states.context.State.Name & '-' & $string($states.input.a) %}",
  '{% $states.context.Execution.Input.a + 1 %}',
  '{% [$states.input.list.n] %}',
  '{% $outer.a %}',
)
const paths = fc.constantFrom(
  '$',
  '$.a',
  '$.list[*].n',
  '$.list[?(@.n > 1)]',
  '$.none.at.all',
  '$$.State.Name',
  '$$.Execution.Input',
  '$outer',
  "States.Format('{}/{}', $.a, $$.State.Name)",
  'States.ArrayLength($.list)',
  'States.MathAdd($.a, 1)',
)
const constants = fc.constantFrom<unknown>(null, 1, 'text', [], { a: 1, list: [{ n: 1 }, { n: 2 }] }, [
  { a: 2, list: [] },
])
const errors = fc.constantFrom(['States.ALL'], ['States.TaskFailed'], ['Odd'], ['States.QueryEvaluationError', 'Odd'])

const output = (language: string) =>
  language === 'JSONata'
    ? fc.record({ Output: fc.oneof(expressions, constants, fc.record({ a: expressions, list: constants })) })
    : fc.record({ Parameters: fc.record({ 'a.$': paths, list: constants }) }, { requiredKeys: [] })

const handlers = fc.record(
  {
    Retry: errors.map((ErrorEquals) => [{ ErrorEquals, IntervalSeconds: 1, MaxAttempts: 2, BackoffRate: 1.5 }]),
    Catch: errors.map((ErrorEquals) => [{ ErrorEquals }]),
  },
  { requiredKeys: [] },
)

/** Catchers go where the state goes. */
function handled(fields: { Retry?: unknown; Catch?: readonly object[] }, next: string): Json {
  const { Catch, ...rest } = fields
  return Catch ? { ...rest, Catch: Catch.map((catcher) => ({ ...catcher, Next: next })) } : rest
}

const plain: fc.Arbitrary<Shape> = fc.oneof(
  languages
    .chain((QueryLanguage) => output(QueryLanguage).map((fields) => ({ Type: 'Pass', QueryLanguage, ...fields })))
    .map((state) => (_: Names, Next: string) => ({ ...state, Next })),
  fc.tuple(expressions, fc.boolean()).map(([value, isConstant]) => (names: Names, Next: string) => ({
    Type: 'Pass',
    QueryLanguage: 'JSONata',
    Assign: { [`v${names.next()}`]: isConstant ? 1 : value },
    Next,
  })),
  fc.nat(90).map((Seconds) => (_: Names, Next: string) => ({ Type: 'Wait', Seconds, Next })),
  fc.tuple(expressions, handlers).map(([Payload, fields]) => (_: Names, Next: string) => ({
    Type: 'Task',
    QueryLanguage: 'JSONata',
    Resource: 'arn:aws:states:::lambda:invoke',
    Arguments: { FunctionName: 'work', Payload },
    Output: '{% $states.result.Payload %}',
    ...handled(fields, Next),
    Next,
  })),
  fc.tuple(paths, handlers).map(([path, fields]) => (_: Names, Next: string) => ({
    Type: 'Task',
    Resource: 'arn:aws:lambda:us-east-1:111111111111:function:work',
    Parameters: { 'a.$': path },
    ResultPath: '$.result',
    ...handled(fields, Next),
    Next,
  })),
  fc.tuple(expressions, fc.boolean()).map(([value, hasDefault]) => (_: Names, Next: string) => ({
    Type: 'Choice',
    QueryLanguage: 'JSONata',
    Choices: [{ Condition: value.replace('{%', '{% $exists(').replace('%}', ') %}'), Next }],
    ...(hasDefault ? { Default: Next } : {}),
  })),
  fc.constantFrom('$.a', '$.list', '$outer.a', '$.none').map((Variable) => (_: Names, Next: string) => ({
    Type: 'Choice',
    Choices: [{ Or: [{ Variable, IsPresent: false }, { Not: { Variable, NumericGreaterThan: 1 } }], Next }],
    Default: Next,
  })),
)

const last: fc.Arbitrary<Json> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom({ Type: 'Succeed' }, { Type: 'Pass', End: true }) },
  { weight: 1, arbitrary: fc.constantFrom({ Type: 'Fail' }, { Type: 'Fail', Error: 'Odd', Cause: 'so' }) },
)

type Region = (names: Names) => Json

const { region } = fc.letrec<{ region: Region; shape: Shape }>((tie) => ({
  region: fc.tuple(fc.array(tie('shape'), { maxLength: 4 }), last).map(([shapes, end]) => (names) => {
    const order = [...shapes.map(() => names.next()), names.next()]
    const states = shapes.map((shape, index) => [order[index], shape(names, order[index + 1]!)])
    return { StartAt: order[0], States: Object.fromEntries([...states, [order.at(-1), end]]) }
  }),
  shape: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    { weight: 4, arbitrary: plain },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.array(tie('region'), { minLength: 1, maxLength: 3 }), handlers)
        .map(([regions, fields]) => (names: Names, Next: string) => ({
          Type: 'Parallel',
          Branches: regions.map((one) => one(names)),
          ...handled(fields, Next),
          Next,
        })),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.constantFrom('$items', '$items[1:]', '$.list'), fc.nat(3), fc.boolean(), tie('region'), handlers)
        .map(([ItemsPath, MaxConcurrency, isDistributed, inner, fields]) => (names: Names, Next: string) => ({
          Type: 'Map',
          ItemsPath,
          MaxConcurrency,
          ...(isDistributed ? { ToleratedFailurePercentage: 50 } : {}),
          ItemProcessor: {
            ...(isDistributed ? { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } } : {}),
            ...inner(names),
          },
          ...handled(fields, Next),
          Next,
        })),
    },
  ),
}))

/** A whole machine; its first state assigns `$outer` and `$items`. */
export const machines: fc.Arbitrary<Json> = region.map((make) => {
  const count = { names: 0 }
  const inner = make({ next: () => `S${count.names++}` })
  const items = [{ a: 1 }, { a: 2, list: [{ n: 3 }] }, 'text']
  const begin = { Type: 'Pass', Assign: { 'outer.$': '$', items }, Next: inner.StartAt }
  return { StartAt: 'Begin', States: { Begin: begin, ...(inner.States as object) } }
})

export const inputs = fc.constantFrom<unknown>(
  {},
  { a: 1 },
  { a: 'text', list: [] },
  { a: 3, list: [{ n: 1 }, { n: 2 }, { n: 3 }] },
  [1, 2],
  'text',
  null,
)

const scraps = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    -1,
    1e300,
    '',
    '$',
    '$.a[',
    '{% ( %}',
    '{% $eval("1") %}',
    'States.Nope()',
    [],
    {},
    [[]],
  ),
  fc.jsonValue({ maxDepth: 2 }),
)

/** A valid machine with one thing gone wrong at a random place: a value replaced, removed, or a member added. */
export const brokenMachines: fc.Arbitrary<unknown> = fc
  .tuple(
    machines,
    fc.nat(),
    scraps,
    fc.constantFrom('replace', 'remove', 'add'),
    fc.constantFrom('Next', 'End', 'Type', 'Catch', 'x'),
  )
  .map(([machine, at, scrap, change, name]) => {
    const copy: Json = structuredClone(machine)
    const places = placesOf(copy)
    const { owner, key } = places[at % places.length]!
    if (change === 'replace') owner[key] = scrap
    else if (change === 'add') owner[name] = scrap
    else delete owner[key]
    return copy
  })

interface Place {
  readonly owner: Record<string, unknown>
  readonly key: string
}

function placesOf(value: unknown): Place[] {
  if (typeof value !== 'object' || value === null) return []
  const owner = value as Record<string, unknown> // an array's items are members too
  return Object.keys(owner).flatMap((key) => [{ owner, key }, ...placesOf(owner[key])])
}
