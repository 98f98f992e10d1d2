import { openApiDocument } from '../../../sidecar/api/openapi';
import { createOperations } from '../../../sidecar/api/operations';
import type { OperationDeps } from '../../../sidecar/api/operations/deps';

// Nothing is called: the document needs the operations' shapes alone.
const operations = createOperations({} as OperationDeps);
// biome-ignore lint/suspicious/noExplicitAny: walked as the JSON that it is
const document = openApiDocument(operations) as any;

function refsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => (key === '$ref' ? [String(inner)] : refsIn(inner)));
}

test('every reference leads somewhere, and every schema is referred to', () => {
  const refs = new Set(refsIn(document));
  for (const ref of refs) {
    const found = ref
      .slice(2)
      .split('/')
      .reduce((value, part) => value?.[part], document);
    expect([ref, typeof found]).toEqual([ref, 'object']);
  }
  const schemas = Object.keys(document.components.schemas).map((id) => `#/components/schemas/${id}`);
  expect(schemas.filter((schema) => !refs.has(schema))).toEqual([]);
});

test('every operation has its own name, its path parameters, and the errors that all have', () => {
  const names = new Set<string>();
  for (const [path, methods] of Object.entries(document.paths as Record<string, Record<string, never>>))
    for (const operation of Object.values(methods) as {
      operationId: string;
      parameters?: { name: string; in: string; required: boolean }[];
      responses: Record<string, unknown>;
    }[]) {
      names.add(operation.operationId);
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
      const declared = (operation.parameters ?? []).filter((each) => each.in === 'path');
      expect(declared.map(({ name, required }) => [name, required])).toEqual(
        inPath.map((name) => [name, true]),
      );
      expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(['400', '413', '429', '500']));
    }
  expect(names.size).toBe(
    Object.values(document.paths).flatMap((methods) => Object.keys(methods as object)).length,
  );
});

test('who may what: only reading is for viewers, and only the document is for everybody', () => {
  for (const { method, role } of operations) expect(role).toBe(method === 'get' ? 'viewer' : 'operator');
  expect(document.security).toEqual([{ bearer: [] }, { session: [] }]);
  expect(document.paths['/openapi.json'].get.security).toEqual([]);
});
