/** Control and direction characters, but for line feed and tab: invisible, and able to disguise the text around them. */
const HIDDEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Makes text from an implementation harmless to look at: control and direction characters and lone surrogates become escapes such as `\u001b`. */
export function visibleText(text: string): string {
  return text.replace(HIDDEN, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** The same on one line: line feeds and tabs become escapes too, and what is longer than `most` characters is cut. */
export function visibleLine(text: string, most = 400): string {
  const line = visibleText(text).replaceAll('\n', '\\n').replaceAll('\t', '\\t');
  return line.length > most ? `${line.slice(0, most - 1).replace(/[\ud800-\udbff]$/, '')}…` : line;
}

/** Seconds with one decimal, or minutes and seconds from a minute on. */
export function duration(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)} min ${String(Math.floor(seconds % 60)).padStart(2, '0')} s`;
}
