/** Names and limits of the local world: the same resource names as on AWS, in an account and Region that do not exist. */
import { createHash } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { platformNames } from '../run-model/index.ts'

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

export const place = { region: 'us-east-1', accountId: '000000000000' } as const

export const names = platformNames('stepdag', sha256)

/** AWS adds account and Region to the prefix; here it is the whole name. */
export const bucket = names.bucketPrefix

/** The local endpoints check no signatures, but SDK clients do not send without credentials. */
export const credentials = { accessKeyId: 'local', secretAccessKey: 'local' } as const

/** Machines need a role; nothing here checks what it may do. */
export const stateMachineRole = `arn:aws:iam::${place.accountId}:role/stepdag-local`

/** Tasks mostly wait for something else, so more of them than cores may run; each is a thread of some 30 MB. */
export const defaultTaskWorkers = Math.max(8, availableParallelism() * 4)

/** Launcher, finalizer, reconciler, registrar: short calls that never wait for one another. */
export const platformWorkers = Math.max(4, availableParallelism())

/** How long a version of a function is its code's hash, as it appears in ARNs. */
export const functionVersionOf = (codeHash: string): string => codeHash.slice(0, 16)
