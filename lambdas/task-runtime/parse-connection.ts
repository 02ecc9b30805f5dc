/**
 * Reads a connection as Airflow writes it: a JSON object or a URI. What a URI leaves out is null; what is
 * percent-encoded is decoded once. No error message repeats the text: it may hold a password.
 *
 * Rules: airflow.apache.org, "Managing Connections", sections "JSON format" and "URI format".
 */
import type { Connection } from '../../dag-compiler/define.ts'

/** @throws Error that names the connection, never its content. */
export function parseConnection(id: string, text: string): Connection {
  const trimmed = text.trim()
  return trimmed.startsWith('{') ? fromJson(id, trimmed) : fromUri(id, trimmed)
}

function fromJson(id: string, text: string): Connection {
  const value = parseObject(text)
  if (!value)
    throw new Error(
      `Connection "${id}" is not valid JSON. Write an object as Airflow does: {"conn_type": "postgres", …}.`,
    )
  const port = value.port
  return {
    connId: id,
    connType: connectionType(textOrNull(value.conn_type ?? value.type) ?? ''),
    host: textOrNull(value.host),
    schema: textOrNull(value.schema),
    login: textOrNull(value.login),
    password: textOrNull(value.password),
    port: port === undefined || port === null || port === '' ? null : portNumber(id, Number(port)),
    extra: extraOf(value.extra),
  }
}

function fromUri(id: string, uri: string): Connection {
  const parts = /^([A-Za-z][\w+.-]*):\/\/(.*)$/s.exec(uri)
  if (!parts)
    throw new Error(
      `Connection "${id}" is not a URI. Write it as Airflow does: type://login:password@host:port/schema.`,
    )
  // `my-type://https://host` keeps `https://` as part of the host.
  const inner = /^(?<protocol>[A-Za-z][\w+.-]*):\/\/(?<rest>.*)$/s.exec(parts[2] ?? '')?.groups
  const location = splitLocation(inner?.rest ?? parts[2] ?? '')
  const host = decoded(id, location.host)
  return {
    connId: id,
    connType: connectionType(parts[1] ?? ''),
    host: inner && host ? `${inner.protocol}://${host}` : host || null,
    schema: decoded(id, location.path) || null,
    login: decoded(id, location.login) || null,
    password: location.password === null ? null : decoded(id, location.password),
    port: location.port === '' ? null : portNumber(id, Number(location.port)),
    extra: queryExtra(location.query),
  }
}

interface Location {
  readonly login: string
  readonly password: string | null
  readonly host: string
  readonly port: string
  readonly path: string
  readonly query: string
}

/** `login:password@host:port/path?query`, every part optional and still percent-encoded. */
function splitLocation(text: string): Location {
  const [beforeFragment = ''] = text.split('#', 1)
  const [beforeQuery, query] = cut(beforeFragment, '?')
  const [authority, path] = cut(beforeQuery, '/')
  const at = authority.lastIndexOf('@')
  const account = at < 0 ? '' : authority.slice(0, at)
  const [login, password] = cut(account, ':')
  const address = /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/s.exec(authority.slice(at + 1))
  return {
    login,
    password: account.includes(':') ? password : null,
    host: (address?.[1] ?? '').replace(/^\[|\]$/g, '').toLowerCase(),
    port: address?.[2] ?? '',
    path,
    query,
  }
}

function cut(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator)
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)]
}

/** Airflow spells its types with `_`, and `postgresql` is `postgres`. */
function connectionType(scheme: string): string {
  const type = scheme.toLowerCase()
  return type === 'postgresql' ? 'postgres' : type.replaceAll('-', '_')
}

/** `?__extra__=` holds JSON of any shape; without it every query parameter is a text field of `extra`. */
function queryExtra(query: string): string | null {
  if (query === '') return null
  const fields = Object.fromEntries(new URLSearchParams(query))
  return fields.__extra__ ?? JSON.stringify(fields)
}

function decoded(id: string, text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new Error(`Connection "${id}" has a "%" that is not percent-encoding. Write it as %25.`)
  }
}

function portNumber(id: string, port: number): number {
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port
  throw new Error(`Connection "${id}" has a port that is not a number from 0 to 65535.`)
}

const textOrNull = (value: unknown): string | null =>
  value === undefined || value === null || value === '' ? null : String(value)

const extraOf = (value: unknown): string | null =>
  value !== null && typeof value === 'object' ? JSON.stringify(value) : textOrNull(value)

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text)
    // An array passes for a record here; it has none of the fields and reads as an empty connection.
    return typeof value === 'object' ? (value as Record<string, unknown> | null) : null
  } catch {
    return null
  }
}
