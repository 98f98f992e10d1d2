/** Replies as BBB writes them, and what else may come instead. */
import fc from 'fast-check';
import { parseReply } from '../../../sidecar/bbb-api/xml';
import { TransientError } from '../../../sidecar/errors';

function ok(inside: string): string {
  return `<?xml version="1.0"?>\n<response>\n  <returncode>SUCCESS</returncode>\n  ${inside}\n</response>\n`;
}

it.each(['0042', '1e3', '07012', '0x1F', '+1555', '1.0', 'true', 'null', ' padded ', '', 'Infinity'])(
  '%j stays as it is',
  (value) => {
    expect(parseReply('x', ok(`<meetingID>${value}</meetingID>`)).meetingID).toBe(value);
  },
);

it('decodes what is escaped, and CDATA', () => {
  const reply = parseReply(
    'x',
    ok('<a>O&#39;Brien &amp; Söhne &lt;b&gt; &#x1F600;</a><b><![CDATA[<i>&amp;</i>]]></b>'),
  );
  expect(reply.a).toBe("O'Brien & Söhne <b> 😀");
  expect(reply.b).toBe('<i>&amp;</i>');
});

it('is a list with one element as with none and two', () => {
  const one = parseReply('x', ok('<meetings><meeting><a>1</a></meeting></meetings>'));
  expect(one.meetings).toEqual({ meeting: [{ a: '1' }] });
  expect(parseReply('x', ok('<meetings></meetings>')).meetings).toBe('');
  const two = parseReply(
    'x',
    ok('<meetings><meeting><a>1</a></meeting><meeting><a>2</a></meeting></meetings>'),
  );
  expect(two.meetings).toEqual({ meeting: [{ a: '1' }, { a: '2' }] });
});

it.each(['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'])(
  'a tag named %s spoils nothing',
  (name) => {
    const reply = parseReply(
      'x',
      ok(`<metadata><${name}><polluted>1</polluted></${name}><tier>free</tier></metadata>`),
    );
    expect(reply.metadata).toMatchObject({ tier: 'free' });
    expect(Object.getPrototypeOf(reply.metadata)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  },
);

it('leaves alone what participants put into their join link', () => {
  const attendee =
    '<attendee><customdata><__proto__>1</__proto__><1bad name><role>MODERATOR</role></customdata><role>VIEWER</role></attendee>';
  const reply = parseReply('x', ok(`<attendees>${attendee}</attendees>`));
  expect(reply.attendees).toEqual({ attendee: [expect.objectContaining({ role: 'VIEWER' })] });
});

it.each([
  ['nothing', ''],
  ['white space', ' \n'],
  ['a page', '<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1></body></html>'],
  ['JSON', '{"response":{"returncode":"SUCCESS"}}'],
  ['no returncode', '<response><meetings/></response>'],
  ['a returncode with something in it', '<response><returncode><a>SUCCESS</a></returncode></response>'],
  ['another root', '<responses><returncode>SUCCESS</returncode></responses>'],
  [
    'two answers',
    '<response><returncode>SUCCESS</returncode></response><response><returncode>FAILED</returncode></response>',
  ],
  ['too deep', `<response>${'<a>'.repeat(500)}${'</a>'.repeat(500)}</response>`],
])('no answer: %s', (_what, body) => {
  expect(() => parseReply('getMeetings', body)).toThrow(TransientError);
  expect(() => parseReply('getMeetings', body)).toThrow(/^getMeetings: /);
});

it('no part of an answer passes for the whole', () => {
  const whole = ok('<meetings><meeting><a>1</a></meeting><meeting><a>2</a></meeting></meetings>').trimEnd();
  for (let length = 0; length < whole.length; length += 1) {
    expect(() => parseReply('getMeetings', whole.slice(0, length))).toThrow(TransientError);
  }
});

it('expands no entities of its own making', () => {
  const bomb =
    '<!DOCTYPE r [<!ENTITY a "xxxxxxxxxx"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>';
  const body = `${bomb}<response><returncode>SUCCESS</returncode><m>${'&c;'.repeat(100_000)}</m></response>`;
  let length = 0;
  try {
    length = String(parseReply('x', body).m).length;
  } catch (error) {
    expect(error).toBeInstanceOf(TransientError);
  }
  expect(length).toBeLessThan(1_000_000);
});

it('throws nothing but that it was no answer', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      '<response>',
      '</response>',
      '<returncode>',
      'SUCCESS',
      '</returncode>',
      '<a',
      '/>',
      '&',
      '<![CDATA[',
      ']]>',
      '<!--',
      '-->',
    ),
    fc.string(),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      try {
        parseReply('x', `${pieces.join('')}</response>`);
      } catch (error) {
        expect(error).toBeInstanceOf(TransientError);
      }
    }),
    { numRuns: 3000 },
  );
});
