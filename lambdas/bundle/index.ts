/** The door of the build side: DAG files → compiled DAGs → Lambda bundles. Nothing that runs in Lambda imports it. */
export type * from './bundle.ts'
export { bundlePlatform } from './bundle-platform.ts'
export { bundleTask } from './bundle-task.ts'
export { compileProject } from './compile-project.ts'
export { gitVersion } from './git-version.ts'
export { toSchedule } from './to-manifest.ts'
