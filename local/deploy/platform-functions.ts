/** The platform's own Lambdas as local functions: the same bundles that `cdk deploy` uploads. */
import type { LambdaBundle, PlatformBundles } from '../../lambdas/bundle/index.ts'
import type { FunctionVersion } from '../lambda/function-version.ts'
import { functionVersionOf, names } from '../settings.ts'

/** The API is not among them: locally the world's own process serves it. */
const functions = ['launcher', 'finalizer', 'reconciler', 'registrar'] as const

export function platformFunctions(
  bundles: PlatformBundles,
  environment: FunctionVersion['environment'],
): readonly FunctionVersion[] {
  return functions.map((name) => platformFunction(names[name], bundles[name], environment))
}

function platformFunction(
  name: string,
  { directory, codeHash }: LambdaBundle,
  environment: FunctionVersion['environment'],
): FunctionVersion {
  return { name, version: functionVersionOf(codeHash), directory, environment, timeoutSeconds: 60, pool: 'platform' }
}
