import { describe, expect, it } from 'vitest';
import { answerForm } from '../../harness/run/web-form.js';

const PAGE = 'http://pages.example/ask?ui=a%26b';

function answer(html: string, choice: 'first' | 'last' = 'first') {
  const sent = answerForm(html, PAGE, choice);
  return sent === undefined ? undefined : `${sent.method} ${sent.url} ${sent.body?.toString('utf8') ?? ''}`.trim();
}

describe('the answer to a form', () => {
  it('presses one of its buttons', () => {
    const html =
      '<form method="post"><button name="c" value="yes">Yes</button><button name="c" value="no">No</button></form>';
    expect(answer(html)).toBe(`POST ${PAGE} c=yes`);
    expect(answer(html, 'last')).toBe(`POST ${PAGE} c=no`);
  });

  it('takes radio buttons and lists for choices, and sends the rest as it stands', () => {
    const radio =
      "<FORM METHOD=POST ACTION='/done'><input type=hidden name=t value='a&amp;b'><input type=radio name=c value=1><input type=radio name=c value=2></FORM>";
    expect(answer(radio, 'last')).toBe('POST http://pages.example/done t=a%26b&c=2');
    const list =
      '<form method="post" action="x"><select name="c"><option value="1">One<option value="2">Two</select></form>';
    expect(answer(list)).toBe('POST http://pages.example/x c=1');
  });

  it('goes into the query where the form says nothing else', () => {
    const html =
      '<form action="/done?old=1"><button name="c" value="1"></button><button name="c" value="2"></button></form>';
    expect(answer(html)).toBe('GET http://pages.example/done?c=1');
  });

  it('is none where nothing is to be chosen', () => {
    expect(answer('<p>no form</p>')).toBeUndefined();
    expect(
      answer('<form method="post"><input name="q"><button name="go" value="1">Go</button></form>'),
    ).toBeUndefined();
  });

  it('passes over a form without a choice', () => {
    const html =
      '<form><input name="search"></form><form method="post"><button name="c" value="1"></button><button name="c" value="2"></button></form>';
    expect(answer(html)).toBe(`POST ${PAGE} c=1`);
  });
});
