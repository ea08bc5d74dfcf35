/** Style of the report: one column, light and dark after the reader's setting, and fit to be printed. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --page: light-dark(#fbfbfc, #14161a); --card: light-dark(#ffffff, #1c1f25); --line: light-dark(#dde1e7, #343a44);
  --text: light-dark(#1b1f26, #e6e9ee); --soft: light-dark(#5a6472, #9aa5b4); --code: light-dark(#f2f4f7, #111317);
  --pass: light-dark(#1a7f37, #4cc36c); --fail: light-dark(#c62828, #ff7b72); --warn: light-dark(#9a6200, #e3b341);
  --inconclusive: light-dark(#0b63a8, #6cb6ff); --error: light-dark(#8a2be2, #d2a8ff); --none: light-dark(#6b7480, #8b95a3);
  --mark: light-dark(#fff3f2, #2d1a1c);
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 15px/1.5 system-ui, "Segoe UI", Roboto, sans-serif; }
main { max-width: 72rem; margin: 0 auto; padding: 1.5rem 1.25rem 4rem; }
h1 { font-size: 1.5rem; margin: 0 0 .2rem; overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; margin: 2.2rem 0 .6rem; }
p { margin: .3rem 0; }
a { color: inherit; }
code, pre, .mono { font: .87em/1.5 ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
.soft { color: var(--soft); }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; }
.head { margin-top: .8rem; padding: 1.1rem 1.3rem; border-left-width: .4rem; }
.head .says { font-size: 1.1rem; }
.badge { display: inline-block; min-width: 4.2rem; padding: .05rem .5rem; border: 1px solid currentColor; border-radius: 1rem; font-size: .8rem; font-weight: 600; text-align: center; white-space: nowrap; }
.v-pass { color: var(--pass); } .v-fail { color: var(--fail); } .v-warn, .v-known-issue, .v-partial { color: var(--warn); }
.v-inconclusive { color: var(--inconclusive); } .v-error { color: var(--error); } .v-not-applicable, .v-not-tested { color: var(--none); }
.b-pass { border-left-color: var(--pass); } .b-fail { border-left-color: var(--fail); } .b-warn, .b-partial { border-left-color: var(--warn); }
.b-inconclusive { border-left-color: var(--inconclusive); } .b-error { border-left-color: var(--error); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; margin: .6rem 0; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; white-space: pre-wrap; }
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; }
th, td { padding: .4rem .7rem; text-align: left; border-bottom: 1px solid var(--line); vertical-align: baseline; }
tr:last-child td { border-bottom: 0; }
th { color: var(--soft); font-weight: 500; font-size: .85rem; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
td.zero { color: var(--none); }
details > summary { cursor: pointer; }
details.row { border-bottom: 1px solid var(--line); }
details.row:last-child { border-bottom: 0; }
details.row > summary { display: grid; grid-template-columns: .8rem 7rem 4.2rem 1fr auto; gap: .7rem; align-items: baseline; padding: .5rem .9rem; list-style: none; }
details.row > summary::-webkit-details-marker { display: none; }
details.row > summary::before { content: '▸'; color: var(--soft); }
details.row[open] > summary::before { content: '▾'; }
details.row > summary:hover, .event > summary:hover { background: var(--code); }
details.row > summary .id { font-weight: 600; white-space: nowrap; }
details.row > summary .clause { color: var(--soft); font-size: .85rem; text-align: right; }
details.row > .body { padding: .2rem 1rem 1rem; content-visibility: auto; contain-intrinsic-size: auto 40rem; }
.finding { border-left: 3px solid currentColor; padding-left: .9rem; margin: .8rem 0; }
.finding > * { color: var(--text); }
.finding > .what { font-weight: 600; overflow-wrap: anywhere; }
.events { border: 1px solid var(--line); border-radius: .4rem; overflow: hidden; }
.event { border-bottom: 1px solid var(--line); }
.event:last-child { border-bottom: 0; }
.event.hit { background: var(--mark); }
.event > summary, .event.bare { display: flex; flex-wrap: wrap; gap: .1rem .8rem; padding: .25rem .7rem; }
.event .seq, .event .time { color: var(--soft); white-space: nowrap; font-variant-numeric: tabular-nums; }
.event .seq { min-width: 2.8rem; }
.event .title { overflow-wrap: anywhere; }
.event .flag { color: var(--fail); font-weight: 600; }
.event pre { margin: 0; padding: .5rem .9rem; background: var(--code); border-top: 1px solid var(--line); white-space: pre-wrap; overflow-wrap: anywhere; }
.gap { padding: .1rem .7rem; color: var(--soft); border-bottom: 1px solid var(--line); font-size: .8rem; }
ul.plain { list-style: none; margin: 0; padding: .3rem 1rem; }
ul.plain li { padding: .2rem 0; overflow-wrap: anywhere; }
ul.attention li { display: grid; grid-template-columns: 7rem 7.5rem 1fr; gap: .7rem; align-items: baseline; }
ul.attention li.group { grid-template-columns: 7rem 1fr; }
ul.attention a { white-space: nowrap; }
td:first-child { width: 1%; white-space: nowrap; }
@media (max-width: 44rem) {
  details.row > summary { grid-template-columns: .8rem 7rem 1fr; }
  ul.attention li { grid-template-columns: 7rem 1fr; } ul.attention li > :last-child { grid-column: 1 / -1; }
  ul.attention li { padding: .45rem 0; border-bottom: 1px solid var(--line); } ul.attention li:last-child { border-bottom: 0; }
  th, td { padding: .35rem .4rem; font-size: .85rem; } .badge { min-width: 0; }
  details.row > summary .says, details.row > summary .clause { grid-column: 1 / -1; text-align: left; }
  dl { grid-template-columns: 1fr; } dd { margin-bottom: .4rem; }
}
.filters { display: flex; flex-wrap: wrap; gap: .4rem 1rem; align-items: center; padding: .6rem .9rem; position: sticky; top: 0; z-index: 1; }
.filters[hidden], section[hidden], details[hidden] { display: none; }
.filters input[type=search] { font: inherit; color: inherit; background: var(--page); border: 1px solid var(--none); border-radius: .3rem; padding: .1rem .5rem; width: 14rem; max-width: 100%; }
kbd { font: .8em ui-monospace, monospace; border: 1px solid var(--line); border-radius: .2rem; padding: 0 .3em; }
:focus-visible { outline: 2px solid var(--inconclusive); outline-offset: -2px; }
details.row:target > summary, .finding:target, .event:target { box-shadow: inset .25rem 0 0 var(--inconclusive); }
details.row, .finding, .event { scroll-margin-top: 5.5rem; }
details.more { margin: .6rem 0; } details.more li { font-size: .92rem; }
.repeat code, dd code { overflow-wrap: anywhere; white-space: pre-wrap; }
mark { background: var(--fail); color: var(--page); border-radius: .15rem; padding: 0 .1em; }
.drawing { overflow-x: auto; border: 1px solid var(--line); border-radius: .4rem; margin-bottom: .4rem; }
svg.sequence { display: block; margin: 0 auto; width: 100%; min-width: 600px; max-width: 760px; height: auto; font: 12px ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
.sequence text { fill: var(--text); } .sequence .party { font-weight: 600; } .sequence .note { fill: var(--soft); }
.sequence .lane { stroke: var(--line); stroke-width: 1.5; stroke-dasharray: 3 3; }
.sequence .step line { stroke: var(--soft); stroke-width: 1.3; } .sequence .step polygon { fill: var(--soft); }
.sequence .hit line { stroke: var(--fail); stroke-width: 2.2; } .sequence .hit polygon, .sequence .hit text { fill: var(--fail); font-weight: 600; }
.sequence a:hover text { text-decoration: underline; }
@media (max-width: 44rem) {
  .filters { position: static; }
  details.row, .finding, .event { scroll-margin-top: .5rem; }
}
@media print {
  :root { color-scheme: light; --page: #ffffff; }
  body { font-size: 11px; } main { max-width: none; padding: 0; }
  .filters, .repeat { display: none; }
  dl { grid-template-columns: max-content 1fr; }
  .event, .drawing, .finding > .what { break-inside: avoid-page; }
  h2 { break-after: avoid-page; }
  details.row > .body { content-visibility: visible; }
  details.row:not([data-verdict=pass])::details-content, details.more::details-content { content-visibility: visible; block-size: auto; }
}
`;
