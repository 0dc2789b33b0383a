import type { Question } from './behind';

/**
 * A program that asks the same question, for Python's standard library alone. Arrays in BASE64_F32 are read by `floats`.
 * @param url of the GraphQL endpoint
 */
export function asPython({ text, variables }: Question, url: string): string {
  const reads = text.includes('BASE64_F32') ? readsFloats : '';
  return `import base64, json, struct, urllib.request

query = """
${text.replaceAll('\\', '\\\\').replaceAll('"""', '\\"\\"\\"')}
"""
variables = json.loads(r'''${JSON.stringify(variables, null, 2)}''')

body = json.dumps({"query": query, "variables": variables}).encode()
request = urllib.request.Request("${url}", body, {"content-type": "application/json"})
answer = json.load(urllib.request.urlopen(request))
if "errors" in answer:
    raise RuntimeError(answer["errors"])
data = answer["data"]
${reads}print(json.dumps(data, indent=2)[:2000])
`;
}

const readsFloats = `
def floats(text):
    data = base64.b64decode(text)
    return struct.unpack(f"<{len(data) // 4}f", data)

`;
