/** A problem → the text a person reads. Plain text: colour and indentation are the face's business. */
import * as catalogue from './catalogue.ts'
import type { Problem, ProblemPlace } from './problem.ts'

/** @example console.error(problems.map(renderProblem).join('\n\n')) */
export function renderProblem(problem: Problem): string {
  const { code, severity, what, where, why, fix } = problem
  return [
    `${severity === 'error' ? '' : `${severity} `}${code}: ${what}`,
    ...field('where', renderPlace(where)),
    ...field('why', why),
    ...field('fix', fix),
    ...field('more', hasPage(code) ? `docs/problems/${code}.md` : ''),
  ].join('\n')
}

/** Problems of other layers, such as a command line, share the shape and have no page. */
const hasPage = (code: string): boolean =>
  Object.hasOwn(
    catalogue,
    code.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase()),
  )

function renderPlace({ file, line, dag, task }: ProblemPlace): string {
  const place = file !== undefined && line !== undefined ? `${file}:${line}` : file
  return [place, dag !== undefined && `dag "${dag}"`, task !== undefined && `task "${task}"`].filter(Boolean).join(', ')
}

/** Label column of six, so that the texts start in one column; further lines of a text are indented to it. */
function field(label: string, text: string): readonly string[] {
  return text === '' ? [] : [`  ${label.padEnd(6)}  ${text.replaceAll('\n', `\n${' '.repeat(10)}`)}`]
}
