/** A case → its page in docs/problems/: what it says, a file that has it, and what to do. */
import type { ProblemCase } from './cases.ts'

export function renderPage({ code, problems, text, sources }: ProblemCase): string {
  const first = problems[0]
  const effect = first?.severity === 'warning' ? 'The DAG is compiled all the same.' : 'The DAG is not compiled; other DAGs are.'
  return `# ${code}

<!-- Made from test/problems/${code}/ by \`npm run golden\`. Change the case, not this page. -->

${sentence(first?.why ?? '')} ${effect}

**To fix it:** ${first?.fix ?? ''}.

## A file that has it

${sources.map(([path, source]) => `\`${path}\`\n\n\`\`\`ts\n${withoutTypeErrors(source)}\`\`\``).join('\n\n')}

## What stepdag says

\`\`\`text
${text}\`\`\`
`
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`

/** TypeScript would refuse these lines before stepdag does; the page shows what plain JavaScript would get. */
const withoutTypeErrors = (source: string): string => source.replace(/^ *\/\/ @ts-expect-error:? ?/gm, '// TypeScript refuses the next line: ').trimStart()
