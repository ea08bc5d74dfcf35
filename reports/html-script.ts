/**
 * What the page does when scripts are on: filters, opening what a link leads to, keys. Without it everything can be read all the same.
 * It takes nothing from the page as markup, and the policy of the page lets no other script run.
 */
export const SCRIPT = `
(() => {
  const rows = [...document.querySelectorAll('details.row[data-verdict]')];
  const bar = document.getElementById('filters');
  const find = document.getElementById('find');
  const boxes = [...bar.querySelectorAll('input[type=checkbox]')];
  const count = document.getElementById('count');
  const texts = new Map();
  const textOf = (row) => {
    if (!texts.has(row)) texts.set(row, row.textContent.toLowerCase());
    return texts.get(row);
  };
  const apply = () => {
    const verdicts = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
    const words = find.value.toLowerCase().split(/\\s+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      row.hidden = !verdicts.has(row.dataset.verdict) || !words.every((word) => textOf(row).includes(word));
      if (!row.hidden) shown += 1;
    }
    for (const chapter of document.querySelectorAll('section.chapter'))
      chapter.hidden = !chapter.querySelector('details.row:not([hidden])');
    count.textContent = shown + ' of ' + rows.length;
    remember(verdicts, words);
  };
  const remember = (verdicts, words) => {
    const asked = new URLSearchParams();
    if (verdicts.size < boxes.length) asked.set('show', [...verdicts].join(' '));
    if (words.length > 0) asked.set('find', words.join(' '));
    const text = asked.toString();
    try {
      history.replaceState(null, '', location.pathname + (text === '' ? '' : '?' + text) + location.hash);
    } catch {
      // A page opened from a file may not be allowed to.
    }
  };
  const reveal = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    for (let element = target; element; element = element.parentElement) {
      if (element.tagName === 'DETAILS') element.open = true;
      element.hidden = false;
    }
    target.scrollIntoView();
  };
  const go = (step) => {
    const open = rows.filter((row) => !row.hidden && row.dataset.verdict !== 'pass' && row.dataset.verdict !== 'not-applicable');
    if (open.length === 0) return;
    const at = open.indexOf(document.activeElement.closest('details.row'));
    const next = open[at < 0 ? (step > 0 ? 0 : open.length - 1) : (at + step + open.length) % open.length];
    next.open = true;
    next.querySelector('summary').focus();
    next.scrollIntoView();
  };
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.tagName === 'INPUT' && event.target.type === 'search') {
      if (event.key === 'Escape') event.target.blur();
      return;
    }
    if (event.key === '/') {
      event.preventDefault();
      find.focus();
    } else if (event.key === 'n') go(1);
    else if (event.key === 'p') go(-1);
  });
  const asked = new URLSearchParams(location.search);
  if (asked.has('show')) for (const box of boxes) box.checked = asked.get('show').split(' ').includes(box.value);
  find.value = asked.get('find') || '';
  find.addEventListener('input', apply);
  for (const box of boxes) box.addEventListener('change', apply);
  bar.hidden = false;
  if (asked.has('show') || asked.has('find')) apply();
  else count.textContent = rows.length + ' of ' + rows.length;
  addEventListener('hashchange', reveal);
  if (location.hash !== '') reveal();
})();
`;
