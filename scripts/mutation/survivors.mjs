// The list of mutants that live, each with a reason: a person's (fixtures/mutation/reasons.yaml), or else what kind of code it is.

const KINDS = [
  [
    ({ mutator }) => mutator === 'OptionalChaining',
    'The type allows that nothing is there; no record of the tests is like that.',
  ],
  [
    ({ code }) => /\bMOST|\bLONG|\bMANY|\.size\b/.test(code),
    'A bound of memory: only a record larger than any of the tests comes to it.',
  ],
  [
    ({ code, to }) =>
      /[<>]/.test(code) && /\b(t|began|until|since|at|over|after|before)\b/i.test(code) && /[<>]/.test(to),
    'Two events at the very same time.',
  ],
  [({ status }) => status === 'NoCoverage', 'No record of the tests comes by.'],
];
const WANTED = 'No record of the tests shows the difference: one is wanted, or simpler code.';

/** @returns for each file its living mutants in the order of their places: line, code, what it becomes, and why it lives. */
export function survivorsOf(reports, reasons) {
  const found = new Map();
  for (const { files } of reports)
    for (const [file, { mutants, source }] of Object.entries(files)) found.set(file, livingIn(mutants, source));
  return [...found]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .filter(([, living]) => living.length > 0)
    .map(([file, living]) => ({
      file,
      living: living.map((one) => ({ ...one, why: whyOf(one, reasons[file] ?? []) })),
    }));
}

function livingIn(mutants, source) {
  const lines = source.split('\n');
  return mutants
    .filter(({ status }) => status === 'Survived' || status === 'NoCoverage')
    .map(({ location, replacement = '', status, mutatorName }) => ({
      line: location.start.line,
      column: location.start.column,
      code: oneLine(textAt(lines, location)),
      to: oneLine(replacement),
      status,
      mutator: mutatorName,
    }))
    .sort((left, right) => left.line - right.line || left.column - right.column);
}

function textAt(lines, { start, end }) {
  if (start.line === end.line) return lines[start.line - 1].slice(start.column - 1, end.column - 1);
  const first = lines[start.line - 1].slice(start.column - 1);
  return [first, ...lines.slice(start.line, end.line - 1), lines[end.line - 1].slice(0, end.column - 1)].join('\n');
}

function oneLine(text) {
  return text.replace(/\s+/g, ' ');
}

function whyOf(one, reasons) {
  const known = reasons.find(({ code, to }) => code === one.code && to === one.to);
  return known?.why ?? KINDS.find(([fits]) => fits(one))?.[1] ?? WANTED;
}

/** The list as a page, and first how many there are of each kind. */
export function survivorsPage(listed, measuredOn) {
  const all = listed.flatMap(({ living }) => living);
  const kinds = new Map();
  for (const { why } of all) {
    const kind = [WANTED, ...KINDS.map(([, reason]) => reason)].includes(why) ? why : 'For a reason of its own, below.';
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  const counts = [...kinds].sort(([, a], [, b]) => b - a).map(([kind, count]) => `- ${count}: ${kind}`);
  const files = listed.flatMap(({ file, living }) => [
    '',
    `## ${file}`,
    '',
    ...living.map(({ line, code, to, why }) => `- ${line}: ${quoted(code)} → ${quoted(to)}. ${why}`),
  ]);
  return [
    '# Mutants that live',
    '',
    `Written by \`npm run mutate\` on ${measuredOn}. Most reasons are those of a kind of code; those in \`reasons.yaml\` were found by hand.`,
    '',
    ...counts,
    ...files,
    '',
  ].join('\n');
}

function quoted(text) {
  const short = text.length > 160 ? `${text.slice(0, 160)}…` : text;
  const fence = short.includes('`') ? '``' : '`';
  return `${fence}${fence === '``' ? ` ${short} ` : short}${fence}`;
}
