/** ValidateStateMachineDefinition: everything that is wrong with a definition, without creating anything. */
import { checkDefinition } from '../definition/check-definition.ts'
import { optionalText, type Request, requiredText } from './api-error.ts'
import type { Service } from './service.ts'

/** AWS shows at most this many diagnostics. */
const mostDiagnostics = 100

export function validateStateMachineDefinition(_service: Service, request: Request) {
  const type = optionalText(request, 'type') === 'EXPRESS' ? 'EXPRESS' : 'STANDARD'
  const all = checkDefinition(requiredText(request, 'definition'), type)
  const shown = request.severity === 'WARNING' ? all : all.filter(({ severity }) => severity === 'ERROR')
  const { maxResults } = request
  const most = typeof maxResults === 'number' && maxResults > 0 ? maxResults : mostDiagnostics
  return {
    result: all.some(({ severity }) => severity === 'ERROR') ? 'FAIL' : 'OK',
    diagnostics: shown.slice(0, most),
    truncated: shown.length > most,
  }
}
