// The part of JSON Schema that docs/openapi.json uses, strictly: what a schema does not name is an error.

export interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  items?: Schema;
  prefixItems?: Schema[];
  pattern?: string;
  anyOf?: Schema[];
  description?: string;
}

const KNOWN = new Set(["$ref", "type", "enum", "properties", "required", "additionalProperties", "items", "prefixItems", "pattern", "anyOf", "description"]);

function typeOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value;
}

/** Everything that is wrong with a value, each with its place. */
export function problems(value: unknown, schema: Schema, find: (ref: string) => Schema, at = "$"): string[] {
  for (const key of Object.keys(schema)) if (!KNOWN.has(key)) return [`${at}: the schema uses '${key}', which is not checked`];
  if (schema.$ref !== undefined) return problems(value, find(schema.$ref), find, at);
  if (schema.anyOf !== undefined) {
    const each = schema.anyOf.map((s) => problems(value, s, find, at));
    return each.some((p) => p.length === 0) ? [] : [`${at}: fits none of ${String(each.length)}: ${each.map((p) => p[0]).join(" / ")}`];
  }
  const kind = typeOf(value);
  if (schema.type !== undefined) {
    const allowed = [schema.type].flat();
    if (!allowed.includes(kind) && !(kind === "integer" && allowed.includes("number"))) return [`${at}: is ${kind}, not ${allowed.join(" or ")}`];
  }
  if (schema.enum !== undefined && !schema.enum.includes(value)) return [`${at}: ${JSON.stringify(value)} is none of ${JSON.stringify(schema.enum)}`];
  if (schema.pattern !== undefined && typeof value === "string" && !new RegExp(schema.pattern, "u").test(value)) return [`${at}: ${JSON.stringify(value)} does not match ${schema.pattern}`];
  const wrong: string[] = [];
  if (Array.isArray(value)) {
    value.forEach((item, i) => {
      const one = schema.prefixItems?.[i] ?? schema.items;
      if (one !== undefined) wrong.push(...problems(item, one, find, `${at}[${String(i)}]`));
      else if (schema.prefixItems !== undefined) wrong.push(`${at}[${String(i)}]: one item too many`);
    });
  } else if (typeof value === "object" && value !== null && (schema.properties !== undefined || schema.additionalProperties !== undefined)) {
    for (const name of schema.required ?? []) if (!(name in value)) wrong.push(`${at}.${name}: missing`);
    for (const [name, item] of Object.entries(value)) {
      const one = schema.properties?.[name] ?? (typeof schema.additionalProperties === "object" ? schema.additionalProperties : undefined);
      if (one !== undefined) wrong.push(...problems(item, one, find, `${at}.${name}`));
      else if (schema.additionalProperties !== true) wrong.push(`${at}.${name}: not documented`);
    }
  }
  return wrong;
}
