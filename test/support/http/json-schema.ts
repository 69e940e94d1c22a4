/**
 * A small reader of JSON Schema, for the keywords that our OpenAPI document uses; it shares no code with what wrote the
 * document. A keyword it does not know is a problem, so that nothing passes unread.
 */
export type JsonSchema = Readonly<Record<string, unknown>>;
export type Resolve = (reference: string) => JsonSchema;

type Rule = (value: unknown, argument: never, at: Place) => string[];

interface Place {
  readonly path: string;
  readonly schema: JsonSchema;
  readonly resolve: Resolve;
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const TYPES: Record<string, (value: unknown) => boolean> = {
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  integer: (value) => Number.isInteger(value),
  boolean: (value) => typeof value === 'boolean',
  null: (value) => value === null,
  array: Array.isArray,
  object: isObject,
};

const FORMATS: Record<string, RegExp> = {
  'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/,
  binary: /^/,
};

const when = (problem: boolean, { path }: Place, text: string): string[] =>
  problem ? [`${path}: ${text}`] : [];

const RULES: Record<string, Rule> = {
  $ref: (value, name: string, { path, resolve }) =>
    problemsOf(value, { path, schema: resolve(name), resolve }),
  type: (value, type: string | string[], at) =>
    when(![type].flat().some((one) => TYPES[one]?.(value)), at, `is not ${String(type)}`),
  const: (value, wanted: unknown, at) => when(value !== wanted, at, `is not ${String(wanted)}`),
  enum: (value, wanted: unknown[], at) =>
    when(!wanted.includes(value), at, `is none of ${wanted.join(', ')}`),
  pattern: (value, pattern: string, at) =>
    when(isText(value) && !new RegExp(pattern).test(value), at, `does not match ${pattern}`),
  format: (value, format: string, at) =>
    when(isText(value) && FORMATS[format]?.test(value) !== true, at, `is no ${format}`),
  required: (value, names: string[], at) =>
    names.flatMap((name) => when(isObject(value) && !(name in value), at, `lacks ${name}`)),
  properties: (value, properties: Record<string, JsonSchema>, { path, resolve }) =>
    Object.entries(properties).flatMap(([name, schema]) =>
      isObject(value) && name in value
        ? problemsOf(value[name], { path: `${path}.${name}`, schema, resolve })
        : [],
    ),
  additionalProperties: (value, allowed: JsonSchema | boolean, { path, schema, resolve }) => {
    const known = schema['properties'];
    const isKnown = (name: string): boolean => isObject(known) && name in known;
    const extra = isObject(value) ? Object.entries(value).filter(([name]) => !isKnown(name)) : [];
    return extra.flatMap(([name, one]) =>
      typeof allowed === 'boolean'
        ? when(!allowed, { path, schema, resolve }, `has the undocumented ${name}`)
        : problemsOf(one, { path: `${path}.${name}`, schema: allowed, resolve }),
    );
  },
  items: (value, schema: JsonSchema, { path, resolve }) =>
    Array.isArray(value)
      ? value.flatMap((item, index) => problemsOf(item, { path: `${path}[${index}]`, schema, resolve }))
      : [],
  anyOf: (value, choices: JsonSchema[], { path, resolve }) => {
    const each = choices.map((schema) => problemsOf(value, { path, schema, resolve }));
    return each.some((problems) => problems.length === 0) ? [] : each.flat();
  },
  propertyNames: () => [],
  description: () => [],
  examples: () => [],
};

/** Every place where a value is not what the schema says; empty when it fits. */
export function problemsOf(value: unknown, at: Place): string[] {
  return Object.entries(at.schema).flatMap(([keyword, argument]) => {
    const rule = RULES[keyword];
    return rule === undefined
      ? [`${at.path}: unknown keyword ${keyword}`]
      : rule(value, argument as never, at);
  });
}
