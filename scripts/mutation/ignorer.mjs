// What is not mutated, and why. First the words of findings and problems: what stands where only a reader looks (message, expected, actual) decides no
// verdict. That goes by the place of an expression alone, never by what the expression is. Second the comparison that tells TypeScript what the Judge has
// seen to already.
import { declareValuePlugin, PluginKind } from '@stryker-mutator/api/plugin';

/** Functions whose second argument is the message of a finding (harness/oracles/say.ts). */
const SAYERS = new Set(['held', 'violated', 'unclear', 'absent']);
/** Members and variables that hold words for people. */
const WORDS = new Set(['message', 'expected', 'actual']);
const REASON = 'The words of a finding decide no verdict.';

const GUARD = 'The Judge shows an oracle only the kinds of observation that it names; the comparison is for the type.';

const wording = {
  shouldIgnore(path) {
    if (isGuard(path)) return GUARD;
    return isMessage(path) || isWord(path) || isOfWords(path.node) ? REASON : undefined;
  },
};

/** `seen.kind !== 'one'` in an oracle whose `sees` is `['one']`: it is never true (harness/oracles/judge.ts). */
function isGuard(path) {
  const { node } = path;
  if (node.type !== 'BinaryExpression' || node.operator !== '!==' || node.right.type !== 'StringLiteral') return false;
  const { type, object, property } = node.left;
  if (type !== 'MemberExpression' || object.name !== 'seen' || property.name !== 'kind') return false;
  const oracle = path.findParent(
    ({ node: { type: kind, properties } }) => kind === 'ObjectExpression' && properties.some(isNamed('sees')),
  );
  const sees = oracle?.node.properties.find(isNamed('sees')).value.elements ?? [];
  return sees.length === 1 && sees[0].value === node.right.value;
}

function isNamed(name) {
  return ({ key }) => key?.name === name;
}

function isMessage({ node, parent }) {
  return (
    parent?.type === 'CallExpression' &&
    parent.arguments[1] === node &&
    names(parent.callee).every((name) => SAYERS.has(name))
  );
}

/** The names that a callee may have: `held`, or both of `(good ? held : violated)`. */
function names(callee) {
  if (callee.type === 'ConditionalExpression') return [...names(callee.consequent), ...names(callee.alternate)];
  return [callee.type === 'Identifier' ? callee.name : ''];
}

function isWord({ node, parent }) {
  if (parent?.type === 'ObjectProperty') return parent.value === node && WORDS.has(parent.key.name);
  return parent?.type === 'VariableDeclarator' && parent.init === node && WORDS.has(parent.id.name);
}

/** `{ expected: …, actual: … }` and nothing else. */
function isOfWords(node) {
  return (
    node.type === 'ObjectExpression' &&
    node.properties.length > 0 &&
    node.properties.every(({ type, key }) => type === 'ObjectProperty' && WORDS.has(key.name))
  );
}

export const strykerPlugins = [declareValuePlugin(PluginKind.Ignore, 'wording', wording)];
