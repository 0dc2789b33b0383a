import type { Question } from './behind';

/**
 * A program that asks the same question, for Python's standard library alone. Arrays in BASE64_F32 are read by `floats`.
 * @param url of the GraphQL endpoint
 */
export function asPython({ text, variables }: Question, url: string): string {
  const prints = text.includes('BASE64_F32') ? readsFloats : 'print(json.dumps(data, indent=2))\n';
  return `import base64
import json
import struct
import urllib.request

query = """
${text.replaceAll('\\', '\\\\').replaceAll('"""', '\\"\\"\\"')}
"""
variables = json.loads(r'''${JSON.stringify(variables, null, 2).replaceAll("'", '\\u0027')}''')

body = json.dumps({"query": query, "variables": variables}).encode()
request = urllib.request.Request("${url}", body, {"content-type": "application/json"})
answer = json.load(urllib.request.urlopen(request))
if "errors" in answer:
    raise RuntimeError(answer["errors"])
data = answer["data"]
${prints}`;
}

const readsFloats = `
def floats(text):
    data = base64.b64decode(text)
    return struct.unpack(f"<{len(data) // 4}f", data)

# Arrays are text: floats(data["star"]["spectrum"]["flux"]), for example.
print(json.dumps(data, indent=2)[:2000], "…")
`;
