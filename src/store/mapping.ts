/**
 * Row ↔ domain value, from one total table of fields a noun. A domain field without a column, or with a column of
 * another type, does not compile. Absent fields are NULL; a NULL comes back as an absent field.
 */

/** Columns of `Row` that can hold `Value`. */
type ColumnFor<Value, Row> = {
  [Column in keyof Row & string]: Exclude<Value, undefined> extends Row[Column] ? Column : never;
}[keyof Row & string];

type Layout<Value, Row> = {
  readonly [Field in keyof Value]-?: ColumnFor<Value[Field], Row> | { readonly json: ColumnFor<string, Row> };
};

export interface Mapping<Value, Row> {
  readonly toRow: (value: Value) => Row;
  /** Only the columns of the fields that the change names. */
  readonly toChange: (change: Partial<Value>) => Partial<Row>;
  readonly fromRow: (row: Row) => Value;
}

interface Field {
  readonly field: string;
  readonly column: string;
  readonly kind: 'plain' | 'json';
}

type Bag = Readonly<Record<string, unknown>>;

export function mapping<Value extends object, Row extends object>(
  layout: Layout<Value, Row>,
): Mapping<Value, Row> {
  const fields = Object.entries(layout as Readonly<Record<string, string | { readonly json: string }>>).map(
    ([field, column]): Field =>
      typeof column === 'string'
        ? { field, column, kind: 'plain' }
        : { field, column: column.json, kind: 'json' },
  );
  // The casts are sound because Layout is total over Value and names only columns of Row.
  return {
    toRow: (value) => columnsOf(fields, value as Bag) as Row,
    toChange: (change) =>
      columnsOf(
        fields.filter(({ field }) => field in change),
        change,
      ) as Partial<Row>,
    fromRow: (row) => fieldsOf(fields, row as Bag) as Value,
  };
}

function columnsOf(fields: readonly Field[], value: Bag): Bag {
  const row: Record<string, unknown> = {};
  for (const { field, column, kind } of fields) {
    const content = value[field];
    if (content === undefined) row[column] = null;
    else row[column] = kind === 'json' ? JSON.stringify(content) : content;
  }
  return row;
}

function fieldsOf(fields: readonly Field[], row: Bag): Bag {
  const value: Record<string, unknown> = {};
  for (const { field, column, kind } of fields) {
    const content = row[column];
    if (content === null || content === undefined) continue;
    value[field] = kind === 'json' ? (JSON.parse(content as string) as unknown) : content;
  }
  return value;
}
