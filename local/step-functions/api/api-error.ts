/** An error as AWS's JSON protocol carries it: `{"__type": "<name>", "message": "…"}` with status 400. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly type: string
  constructor(type: string, message: string) {
    super(message)
    this.type = type
  }
}

export type Request = Readonly<Record<string, unknown>>

export function requiredText(request: Request, field: string): string {
  const value = request[field]
  if (typeof value === 'string' && value !== '') return value
  throw new ApiError(
    'ValidationException',
    `1 validation error detected: Value at '${field}' failed to satisfy constraint: Member must not be null`,
  )
}

export function optionalText(request: Request, field: string): string | null {
  const value = request[field]
  return typeof value === 'string' ? value : null
}

/** AWS forbids spaces, control characters and these signs; at most 80 characters. */
export function checkName(name: string): void {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: AWS names them.
  if (name.length >= 1 && name.length <= 80 && !/[\s<>{}[\]?*"#%\\^|~`$&,;:/\u0000-\u001f\u007f-\u009f]/.test(name))
    return
  throw new ApiError('InvalidName', `Invalid Name: '${name}'`)
}

export interface Page<T> {
  readonly items: readonly T[]
  readonly nextToken: string | undefined
}

/** `nextToken` is the place of the next item; a page has at most `maxResults` (0 or nothing: the default). */
export function pageOf<T>(all: readonly T[], request: Request, defaultSize: number, maxSize: number): Page<T> {
  const token = optionalText(request, 'nextToken')
  const start = token === null ? 0 : placeOfToken(token)
  const end = start + sizeOf(request, defaultSize, maxSize)
  return { items: all.slice(start, end), nextToken: end < all.length ? tokenOfPlace(end) : undefined }
}

export function sizeOf({ maxResults }: Request, defaultSize: number, maxSize: number): number {
  return Math.min(typeof maxResults === 'number' && maxResults > 0 ? maxResults : defaultSize, maxSize)
}

export const tokenOfPlace = (place: number) => Buffer.from(`at:${place}`).toString('base64url')

export function placeOfToken(token: string): number {
  const match = /^at:(\d+)$/.exec(Buffer.from(token, 'base64url').toString())
  if (match) return Number(match[1])
  throw new ApiError('InvalidToken', `Invalid Token: '${token}'`)
}

export const seconds = (atMs: number) => atMs / 1000
