/**
 * Errors with a meaning to stepdag. Each has its name as a literal, because minifiers rename classes and state machines
 * match names; recognise them by `name`, never by `instanceof`, which fails between two bundles.
 */

/** Thrown by a handler: the task becomes `skipped`. */
export class SkipTask extends Error {
  override readonly name = 'SkipTask'
}

/** Thrown by a handler: the task fails now, whatever `retries` says. */
export class FailTask extends Error {
  override readonly name = 'FailTask'
}

export { FailTask as AirflowFailException, SkipTask as AirflowSkipException }

export class VariableNotFoundError extends Error {
  override readonly name = 'VariableNotFoundError'
  readonly key: string
  constructor(key: string) {
    super(`There is no variable "${key}". Create it, or use getVariable() and handle null.`)
    this.key = key
  }
}

export class ConnectionNotFoundError extends Error {
  override readonly name = 'ConnectionNotFoundError'
  readonly connId: string
  constructor(connId: string) {
    super(`There is no connection "${connId}". Create it, or use getConnection() and handle null.`)
    this.connId = connId
  }
}

/** A DAG file that cannot go on: what it did and what to write instead. Ends the loading of that file only. */
export class AuthoringError extends Error {
  override readonly name = 'AuthoringError'
  readonly why: string
  readonly fix: string
  constructor(what: string, { why, fix }: { readonly why: string; readonly fix: string }) {
    super(what)
    this.why = why
    this.fix = fix
  }
}
