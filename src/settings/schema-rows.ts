/** A JSON Schema as rows of a manual: each key that is described, with its words and its default. Called by the manuals. */

export interface Schema {
  readonly title?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
}

export interface SchemaRow {
  /** `` `keys.accept` ``, `what[].text`, `<name>.ring`. */
  readonly key: string;
  readonly meaning: string;
  /** What counts when it is left out; `**required**`. */
  readonly otherwise: string;
}

interface Place {
  readonly path: string;
  readonly schema: Schema;
  readonly required: 'yes' | 'no';
}

/** Without repeats: of the ways a value may be written, several may say the same. */
export function describedRows(schema: Schema): readonly SchemaRow[] {
  const all = [...placesIn({ path: '', schema, required: 'no' })]
    .filter(({ path, schema: { description = '' } }) => path !== '' && description !== '')
    .map(rowOf);
  return [...new Map(all.map((row) => [`${row.key} ${row.meaning}`, row])).values()];
}

function* placesIn(place: Place): Generator<Place> {
  yield place;
  const { path, schema } = place;
  const under = (key: string): string => (path === '' ? key : `${path}.${key}`);
  for (const [key, value] of Object.entries(schema.properties ?? {})) {
    const required = schema.required?.includes(key) === true ? 'yes' : 'no';
    yield* placesIn({ path: under(key), schema: value, required });
  }
  const more = schema.additionalProperties;
  if (typeof more === 'object') yield* placesIn({ path: under('<name>'), schema: more, required: 'no' });
  if (schema.items !== undefined)
    yield* placesIn({ path: `${path}[]`, schema: schema.items, required: 'no' });
  for (const one of [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])])
    yield* placesIn({ path, schema: one, required: 'no' });
}

function rowOf({ path, schema, required }: Place): SchemaRow {
  const { description = '', default: value, const: constant } = schema;
  const key = constant === undefined ? path : `${path}: ${JSON.stringify(constant)}`;
  const isPlain = ['string', 'number', 'boolean'].includes(typeof value);
  const usual = isPlain ? `\`${JSON.stringify(value).replaceAll('"', '')}\`` : '';
  return { key: `\`${key}\``, meaning: description, otherwise: required === 'yes' ? '**required**' : usual };
}

export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cellOf = (cell: string): string => cell.replaceAll('|', '\\|').replaceAll('\n', ' ');
  const line = (cells: readonly string[]): string => `| ${cells.map(cellOf).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
