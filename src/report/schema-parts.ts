/** The pieces that our JSON Schemas are made of. A property that is added to a type and not to its schema does not compile. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly [keyword: string]: unknown;
}

type Keys<T> = { readonly [K in keyof Required<T>]: JsonSchema };

/** An object with these properties and no others; all are required but the `optional` ones. */
export function record<T>(description: string, properties: Keys<T>, optional: readonly (keyof T)[] = []): JsonSchema {
  return { description, type: "object", properties, required: Object.keys(properties).filter((key) => !(optional as readonly string[]).includes(key)), additionalProperties: false };
}

export const text = (description: string): JsonSchema => ({ description, type: "string" });
export const list = (description: string, items: JsonSchema): JsonSchema => ({ description, type: "array", items });
export const truth = (description: string): JsonSchema => ({ description, type: "boolean" });
export const count = (description: string): JsonSchema => ({ description, type: "integer", minimum: 0 });
export const share = (description: string): JsonSchema => ({ description, type: "number", minimum: 0, maximum: 1 });
export const real = (description: string): JsonSchema => ({ description, type: "number" });
export const word = (description: string, words: readonly string[]): JsonSchema => ({ description, type: "string", enum: words });

/** A value with its keys in the schema's order and without those the schema does not name. */
export function arranged(value: unknown, schema: JsonSchema): unknown {
  if (schema.items !== undefined && Array.isArray(value)) {
    const { items } = schema;
    return value.map((item) => arranged(item, items));
  }
  if (schema.properties === undefined || typeof value !== "object" || value === null) return value;
  const given = value as Record<string, unknown>;
  return Object.fromEntries(Object.entries(schema.properties)
    .filter(([key]) => given[key] !== undefined)
    .map(([key, property]) => [key, arranged(given[key], property)]));
}
