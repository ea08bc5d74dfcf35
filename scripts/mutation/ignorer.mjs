// What is not mutated, and why: the words of findings and problems. What stands where only a reader looks (message, expected, actual) decides no verdict.
// That goes by the place of an expression alone, never by what the expression is.
import { declareValuePlugin, PluginKind } from '@stryker-mutator/api/plugin';

/** Functions whose second argument is the message of a finding (harness/oracles/say.ts). */
const SAYERS = new Set(['held', 'violated', 'unclear', 'absent']);
/** Members and variables that hold words for people. */
const WORDS = new Set(['message', 'expected', 'actual']);
const REASON = 'The words of a finding decide no verdict.';

const wording = {
  shouldIgnore(path) {
    return isMessage(path) || isWord(path) || isOfWords(path.node) ? REASON : undefined;
  },
};

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
