/**
 * One thing that is wrong with (or worth knowing about) an author's DAG. Problems are data: they are collected,
 * ordered and shown together, never thrown one by one.
 */
export interface Problem {
  /** Stable kebab-case code, e.g. `cycle`. Never reused. */
  readonly code: string
  /** An `error` stops the DAG from being compiled; a `warning` does not; `advice` is given on request. */
  readonly severity: 'error' | 'warning' | 'advice'
  /** What is wrong, in the author's own names, with the value received. One line. */
  readonly what: string
  readonly where: ProblemPlace
  /** The reason for the rule; a limit comes with its number and its source. */
  readonly why: string
  /** What to type to make it right. */
  readonly fix: string
}

export interface ProblemPlace {
  /** Path of the DAG file, relative to the project. */
  readonly file?: string
  readonly dag?: string
  readonly task?: string
  /** 1-based line of `file`, where known. */
  readonly line?: number
}
