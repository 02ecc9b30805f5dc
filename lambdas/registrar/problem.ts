/** Why a DAG could not be registered, for the person who deploys it. */
export class RegistrationProblem extends Error {
  override readonly name = 'RegistrationProblem'
  constructor(problem: { readonly what: string; readonly why: string; readonly fix: string }) {
    super(`${problem.what}. Why: ${problem.why}. Fix: ${problem.fix}.`)
  }
}
