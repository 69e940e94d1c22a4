/** `expr`: numbers, + - * / % and parentheses. Pure. */
const TOKEN = /\s*(\d+(?:\.\d+)?|[-+*/%()])/y;

/** `undefined` when the text is not an expression. */
export function arithmetic(text: string): number | undefined {
  const tokens = tokenise(text);
  if (tokens === undefined) return undefined;
  const value = sum(tokens);
  return tokens.length === 0 && Number.isFinite(value) ? value : undefined;
}

function tokenise(text: string): string[] | undefined {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(text); match !== null; match = TOKEN.exec(text)) {
    tokens.push(match[1] ?? '');
    if (TOKEN.lastIndex === text.length) return tokens;
  }
  return undefined;
}

/** Each reader takes its tokens off the front; what it cannot read becomes NaN. */
function sum(tokens: string[]): number {
  let value = product(tokens);
  while (tokens[0] === '+' || tokens[0] === '-') value += (tokens.shift() === '+' ? 1 : -1) * product(tokens);
  return value;
}

function product(tokens: string[]): number {
  let value = factor(tokens);
  while (tokens[0] === '*' || tokens[0] === '/' || tokens[0] === '%') {
    const operator = tokens.shift();
    const right = factor(tokens);
    if (operator === '*') value *= right;
    else value = operator === '/' ? value / right : value % right;
  }
  return value;
}

function factor(tokens: string[]): number {
  const token = tokens.shift() ?? '';
  if (token === '-') return -factor(tokens);
  if (token !== '(') return Number(token === '' ? Number.NaN : token);
  const value = sum(tokens);
  return tokens.shift() === ')' ? value : Number.NaN;
}
