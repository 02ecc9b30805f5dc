/** Errors as S3 words them; `code` is the exception's name in SDK clients. */

const statuses = {
  AccessDenied: 403,
  BucketNotEmpty: 409,
  EntityTooLarge: 400,
  IncompleteBody: 400,
  InternalError: 500,
  InvalidArgument: 400,
  InvalidBucketName: 400,
  InvalidRange: 416,
  KeyTooLongError: 400,
  MalformedXML: 400,
  NoSuchBucket: 404,
  NoSuchKey: 404,
  NotImplemented: 501,
  PreconditionFailed: 412,
} as const

export class S3Error extends Error {
  override readonly name = 'S3Error'
  readonly code: keyof typeof statuses
  readonly status: number
  constructor(code: keyof typeof statuses, message: string) {
    super(message)
    this.code = code
    this.status = statuses[code]
  }
}

export function errorXml(error: S3Error, resource: string): string {
  return xml('Error', element('Code', error.code) + element('Message', error.message) + element('Resource', resource))
}

export function xml(root: string, content: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}>${content}</${root}>`
}

export function element(name: string, text: string | number | boolean): string {
  return `<${name}>${escapeXml(String(text))}</${name}>`
}

function escapeXml(text: string): string {
  const named: Record<string, string> = { '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&quot;', "'": '&apos;' }
  return text
    .replace(/[<>&"']/g, (sign) => named[sign] ?? sign)
    .replace(/[^\t\n\x20-\u{10ffff}]/gu, (sign) => {
      return `&#x${(sign.codePointAt(0) ?? 0).toString(16)};`
    })
}
