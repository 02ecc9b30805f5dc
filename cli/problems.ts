/** One function per mistake on a command line, in alphabetical order: what, why, and what to type instead. */
import type { Problem } from '../dag-compiler/index.ts'
import { CliError } from './cli-error.ts'

const usage = { exitCode: 2 } as const

export function badDate({ given, fix }: { given: string; fix: string }): CliError {
  const why = 'a run is identified by an instant, so the date needs a day that exists and, with a time, a zone'
  return new CliError(problem('bad-date', `--logical-date ${given} is not a date`, why, fix), usage)
}

export function badEndpoint({ option, given }: { option: string; given: string }): CliError {
  const why = 'tasks send their calls there, over HTTP'
  const fix = `give an address with its port: ${option} http://127.0.0.1:4566`
  return new CliError(
    problem('bad-endpoint', `${option} ${given} is not an http:// or https:// address`, why, fix),
    usage,
  )
}

/** @param position index into `text` at which reading failed. */
export function confNotJson({ text, reason, position }: { text: string; reason: string; position: number }): CliError {
  const what = `--conf is not JSON: ${reason} (character ${position + 1})`
  const fix = `put the names in double quotes and the whole value in single quotes: --conf '{"size": 3}'`
  const found = problem('conf-not-json', what, 'conf is stored with the run and read by its tasks as JSON', fix)
  return new CliError(found, { ...usage, excerpt: pointAt(text, position) })
}

export function confNotObject({ found }: { found: string }): CliError {
  const why = 'tasks read conf by name, as Airflow’s dag_run.conf'
  return new CliError(
    problem('conf-not-object', `--conf is ${found}, not a JSON object`, why, `give it a name: --conf '{"value": …}'`),
    usage,
  )
}

export function dagNotFound({
  dagId,
  near,
  isBroken,
}: {
  dagId: string
  near: string | null
  isBroken: boolean
}): CliError {
  const what = isBroken ? `DAG ${dagId} does not compile` : `there is no DAG ${dagId} in this project`
  const fix = isBroken
    ? 'mend what is said above'
    : near
      ? `did you mean ${near}?`
      : 'stepdag compile dags lists the DAGs there are'
  return new CliError(
    problem('dag-not-found', what, 'DAGs are found by the id in new Dag(…), in dags/ or where --dags says', fix),
  )
}

export function impossibleId({ kind, id }: { kind: 'DAG' | 'run'; id: string }): CliError {
  const lists = kind === 'DAG' ? 'dags list' : 'runs list'
  return new CliError(
    problem(
      kind === 'DAG' ? 'unknown-dag' : 'unknown-run',
      `there is no ${kind} with the id "${id}"`,
      'an id is part of an address: at least one character, and neither . nor ..',
      `stepdag ${lists} shows the ${kind}s there are`,
    ),
  )
}

export function noRunYet({ dagId }: { dagId: string }): CliError {
  return new CliError(
    problem(
      'no-run-yet',
      `DAG ${dagId} has no run yet`,
      'its schedule has not fired and nobody started it',
      `stepdag run ${dagId}`,
    ),
  )
}

export function outNotWritable({ given, reason }: { given: string; reason: string }): CliError {
  return new CliError(
    problem(
      'out-not-writable',
      `--out ${given} cannot be written (${reason})`,
      'every definition becomes a file in that folder, which is made when it is missing',
      'give a folder that you may write to',
    ),
  )
}

/** The API's answer to a request that it refused, in the shape of every other problem. */
export function refused(answer: { code: string; detail: string; why: string; fix: string }): CliError {
  return new CliError(problem(answer.code, answer.detail, answer.why, answer.fix))
}

export function worldGone({ apiUrl, reason }: { apiUrl: string; reason: string }): CliError {
  return new CliError(
    problem(
      'world-gone',
      `the local world at ${apiUrl} does not answer (${reason})`,
      'the command reads through its HTTP API; it was stopped or is overloaded',
      'start it again with stepdag dev; open runs go on where they were',
    ),
  )
}

function problem(code: string, what: string, why: string, fix: string): Problem {
  return { code, severity: 'error', what, where: {}, why, fix }
}

/** Characters of a long text shown on each side of the pointer. */
const excerptRadius = 30

function pointAt(text: string, position: number): string {
  const start = Math.max(0, position - excerptRadius)
  const shown = text.slice(start, position + excerptRadius).replace(/[\r\n\t]/g, ' ')
  return `  ${shown}\n  ${' '.repeat(position - start)}^`
}
