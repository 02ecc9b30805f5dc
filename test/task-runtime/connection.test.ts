import { describe, expect, test } from 'vitest'
import { parseConnection } from '../../lambdas/task-runtime/parse-connection.ts'
import { createSecrets } from '../../lambdas/task-runtime/secrets.ts'

const empty = { host: null, schema: null, login: null, password: null, port: null, extra: null }

describe('a connection URI', () => {
  const cases: readonly [title: string, uri: string, expected: Record<string, unknown>][] = [
    [
      'has every part',
      'postgres://user:pass@db.example.com:5432/warehouse',
      {
        connType: 'postgres',
        host: 'db.example.com',
        schema: 'warehouse',
        login: 'user',
        password: 'pass',
        port: 5432,
      },
    ],
    ['may leave out all but the type', 'aws://', { connType: 'aws' }],
    ['may leave out the account', 'http://example.com', { connType: 'http', host: 'example.com' }],
    ['may have a login without password', 'ftp://me@host', { connType: 'ftp', login: 'me', host: 'host' }],
    [
      'may have a password without login',
      'redis://:secret@host',
      { connType: 'redis', password: 'secret', host: 'host' },
    ],
    ['spells postgresql postgres', 'postgresql://h', { connType: 'postgres', host: 'h' }],
    ['spells its type with underscores', 'google-cloud-platform://', { connType: 'google_cloud_platform' }],
    [
      'decodes percent-encoding in each part',
      'my-db://us%40er:p%2Fa%3As%23s@ho%2Fst:1/sche%3Fma',
      { connType: 'my_db', login: 'us@er', password: 'p/a:s#s', host: 'ho/st', port: 1, schema: 'sche?ma' },
    ],
    ['decodes once only', 'http://a:%2541@h', { connType: 'http', login: 'a', password: '%41', host: 'h' }],
    ['lowers the host, as Python does', 'http://Example.COM', { connType: 'http', host: 'example.com' }],
    ['keeps a protocol in the host', 'http://https://example.com', { connType: 'http', host: 'https://example.com' }],
    [
      'keeps a protocol in the host with port and path',
      'my-api://https://example.com:8443/v1?a=1',
      { connType: 'my_api', host: 'https://example.com', port: 8443, schema: 'v1', extra: '{"a":"1"}' },
    ],
    [
      'takes query parameters as text',
      'aws://?region=eu-west-1&empty=',
      { connType: 'aws', extra: '{"region":"eu-west-1","empty":""}' },
    ],
    ['decodes query parameters', 'aws://?path=%2Ftmp%2Fa+b', { connType: 'aws', extra: '{"path":"/tmp/a b"}' }],
    [
      'takes JSON of any shape from __extra__',
      'aws://?__extra__=%7B%22retries%22%3A+%7B%22max%22%3A+3%7D%7D',
      { connType: 'aws', extra: '{"retries": {"max": 3}}' },
    ],
    ['reads an IPv6 address', 'http://[::1]:80', { connType: 'http', host: '::1', port: 80 }],
  ]
  test.each(cases)('%s', (_, uri, expected) => {
    expect(parseConnection('c', uri)).toEqual({ connId: 'c', ...empty, ...expected })
  })

  test.each([
    ['without a type', 'db.example.com/x'],
    ['with a port that is no number', 'http://u:topsecret@h:abc'],
    ['with a port that is too large', 'http://u:topsecret@h:70000'],
    ['with a broken escape', 'http://u:topsecret%zz@h'],
  ])('%s is refused without showing the text', (_, uri) => {
    const refused = () => parseConnection('wh', uri)
    expect(refused).toThrow('Connection "wh"')
    expect(refused).not.toThrow('topsecret')
  })
})

describe('a connection in JSON', () => {
  test('has the names that Airflow uses', () => {
    const text = JSON.stringify({
      conn_type: 'postgres',
      host: 'h',
      schema: 's',
      login: 'l',
      password: 'p%40',
      port: '5432',
      extra: { sslmode: 'require' },
    })
    expect(parseConnection('wh', text)).toEqual({
      connId: 'wh',
      connType: 'postgres',
      host: 'h',
      schema: 's',
      login: 'l',
      password: 'p%40',
      port: 5432,
      extra: '{"sslmode":"require"}',
    })
  })

  test('keeps an extra that is text already', () => {
    expect(parseConnection('wh', '{"conn_type":"aws","extra":"{\\"a\\":1}"}')).toEqual({
      connId: 'wh',
      ...empty,
      connType: 'aws',
      extra: '{"a":1}',
    })
  })

  test('that is broken is refused without showing the text', () => {
    const refused = () => parseConnection('wh', '{"password": "topsecret"')
    expect(refused).toThrow('Connection "wh" is not valid JSON')
    expect(refused).not.toThrow('topsecret')
  })
})

describe('secrets', () => {
  const env = {
    STEPDAG_VAR_REGION: 'ours',
    AIRFLOW_VAR_REGION: 'theirs',
    AIRFLOW_VAR_ONLY: 'airflow',
    AIRFLOW_CONN_WH: 'postgres://h',
    STEPDAG_CONN_API: 'http://example.com',
  }

  test('come from Secrets Manager, then from STEPDAG_, then from AIRFLOW_', async () => {
    const asked: string[] = []
    const stored: Record<string, string> = { 'variables/only': 'secret', 'connections/wh': 'mysql://s' }
    const readSecret = async (name: string) => {
      asked.push(name)
      return stored[name] ?? null
    }
    const secrets = createSecrets({ env, readSecret })
    expect(await secrets.variable('only')).toBe('secret')
    expect(await secrets.variable('region')).toBe('ours')
    expect((await secrets.connection('wh'))?.connType).toBe('mysql')
    expect((await secrets.connection('api'))?.host).toBe('example.com')
    expect(asked).toEqual(['variables/only', 'variables/region', 'connections/wh', 'connections/api'])
  })

  test('come from the environment alone where no prefix is set', async () => {
    const secrets = createSecrets({ env, readSecret: null })
    expect(await secrets.variable('only')).toBe('airflow')
    expect((await secrets.connection('wh'))?.connType).toBe('postgres')
    expect(await secrets.variable('missing')).toBeNull()
    expect(await secrets.connection('missing')).toBeNull()
  })
})
