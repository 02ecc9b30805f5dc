/** Tasks that wait for a person: `humanInput` for a choice, `approval` for yes or no. Nothing runs while they wait. */
import type { JsonObject } from '../../../run-model/index.ts'
import type { Mistake, OperatorDefinition } from '../dag-definition.ts'
import { describe } from '../describe.ts'
import { type Field, flag, oneOf, orNull, text, texts, whole } from '../fields.ts'
import { readSpec } from '../read-spec.ts'
import type { NoArgs } from '../task-factory.ts'
import { type DefinedOperator, type Handler, makeOperator, type Operator } from './operator.ts'

/** A text, or a function of the task's inputs that runs when the question is asked. */
export type HumanText<TArgs> = string | ((inputs: TArgs) => string | Promise<string>)

interface Question<TArgs> {
  /** One line. */
  readonly subject: HumanText<TArgs>
  /** Markdown, shown below the subject. */
  readonly body?: HumanText<TArgs>
  /** User names that may answer. @default everybody who may answer at all */
  readonly assignees?: readonly string[]
  /** Seconds; then `defaults` are chosen, or the task fails. @default none but the run's own limit */
  readonly responseTimeout?: number | null
}

export interface HumanInputOptions<TArgs = NoArgs> extends Question<TArgs> {
  readonly options: readonly string[]
  /** Chosen when nobody answers in time. */
  readonly defaults?: string | readonly string[]
  /** Whether several options may be chosen. @default false */
  readonly multiple?: boolean
}

export interface ApprovalOptions<TArgs = NoArgs> extends Question<TArgs> {
  readonly defaults?: 'Approve' | 'Reject'
  /** `skip`: direct downstreams; `skipAll`: everything downstream; `fail`: the task. @default 'skip' */
  readonly onReject?: 'skip' | 'skipAll' | 'fail'
}

/** What such a task returns. */
export interface HITLResult {
  readonly chosen_options: string[]
  readonly params_input: JsonObject
  /** RFC 3339. */
  readonly responded_at: string
  /** Null when nobody answered in time. */
  readonly responded_by_user: { readonly id: string; readonly name: string } | null
  readonly timedout: boolean
}

type HumanInputDefinition = Extract<OperatorDefinition, { kind: 'human_input' }>

/** @example dag.task('regions', humanInput({ subject: 'Which regions?', options: ['eu', 'us'], multiple: true }))() */
export function humanInput<TArgs extends object = NoArgs>(
  options: HumanInputOptions<TArgs>,
): Operator<TArgs, HITLResult> {
  return makeOperator({ define: ({ taskId }) => defineQuestion(taskId, options, { ...shared, ...choice }) })
}

/** @example dag.task('sign_off', approval({ subject: ({ version }: Release) => `Ship ${version}?` }))({ version }) */
export function approval<TArgs extends object = NoArgs>(options: ApprovalOptions<TArgs>): Operator<TArgs, HITLResult> {
  return makeOperator({
    define({ taskId }) {
      const { options: read, ...rest } = defineQuestion(taskId, options, { ...shared, onReject }, ['Approve', 'Reject'])
      return { ...rest, options: { ...read, onReject: read.onReject ?? 'skip' } }
    },
  })
}

const textOrFunction: Field<string | Handler> = {
  expected: 'a text, or a function of the inputs that returns one',
  // A function's static type was checked where the operator was made.
  read: (given) => (typeof given === 'function' ? (given as Handler) : text.read(given)),
}

const oneOrMore: Field<readonly string[]> = {
  expected: 'an option, or an array of options',
  read: (given) => texts.read(typeof given === 'string' ? [given] : given),
}

const onReject = oneOf(['skip', 'skipAll', 'fail'])

const shared = {
  subject: textOrFunction,
  body: textOrFunction,
  defaults: oneOrMore,
  assignees: texts,
  responseTimeout: orNull(whole('seconds', 1, 99_999_939, 'limit of Step Functions, with a minute to spare')),
}

const choice = { options: texts, multiple: flag }

type QuestionFields = typeof shared & Partial<typeof choice> & { readonly onReject?: typeof onReject }

function defineQuestion(
  task: string,
  given: unknown,
  fields: QuestionFields,
  fixed?: readonly string[],
): DefinedOperator & { readonly options: HumanInputDefinition } {
  // Absent fields of the table are no options at all; reading their values gives undefined.
  const { values, mistakes } = readSpec(fields as Required<QuestionFields>, given, { task })
  const options = fixed ?? values.options ?? []
  const defaults = values.defaults ?? null
  const multiple = values.multiple ?? false
  const functions = [['subject', values.subject] as const, ['body', values.body] as const].flatMap(([name, value]) =>
    typeof value === 'function' ? [[name, value] as const] : [],
  )
  return {
    options: {
      kind: 'human_input',
      subject: typeof values.subject === 'string' ? values.subject : null,
      body: typeof values.body === 'string' ? values.body : null,
      options,
      defaults,
      multiple,
      assignees: values.assignees ?? [],
      responseTimeout: values.responseTimeout ?? null,
      onReject: values.onReject ?? null,
    },
    functions: Object.fromEntries(functions),
    mistakes: [...mistakes, ...faults(task, values.subject, { options, defaults, multiple }, mistakes)],
  }
}

function faults(
  task: string,
  subject: unknown,
  { options, defaults, multiple }: Pick<HumanInputDefinition, 'options' | 'defaults' | 'multiple'>,
  known: readonly Mistake[],
): readonly Mistake[] {
  const bad = (option: string, given: unknown, expected: string): Mistake => ({
    kind: 'bad-option',
    task,
    detail: { option, given: describe(given), expected },
  })
  const found: Mistake[] = []
  if (subject === undefined) found.push(bad('subject', subject, textOrFunction.expected))
  if (options.length === 0) found.push(bad('options', options, 'an array with at least one option to choose'))
  if (new Set(options).size < options.length) found.push(bad('options', options, 'an array of different options'))
  const stranger = defaults?.find((option) => !options.includes(option))
  if (stranger !== undefined && options.length > 0)
    found.push(bad('defaults', stranger, `one of ${options.join(', ')}`))
  if (!multiple && defaults && defaults.length > 1)
    found.push(bad('defaults', defaults, 'one option, because multiple is false'))
  return found.filter(({ detail }) => !known.some((mistake) => mistake.detail.option === detail.option))
}
