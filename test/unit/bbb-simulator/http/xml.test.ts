/** XML that any parser reads back to what went in. */

import fc from 'fast-check';
import { XMLParser } from 'fast-xml-parser';
import { failed, writeXml } from '../../../bbb-simulator/http/xml';

const PARSER = new XMLParser({ parseTagValue: false, trimValues: false, htmlEntities: true });

/** What XML 1.0 can carry at all. */
const text = fc
  .string({ unit: 'binary' })
  .map((given) => given.replaceAll(/[^\x20-\uD7FF\uE000-\uFFFD]/g, ''));

test('any text comes back as it was', () => {
  fc.assert(
    fc.property(text, (message) => {
      expect(PARSER.parse(writeXml(failed('key', message))).response.message).toBe(message);
    }),
  );
});

test('leading zeros and markup survive', () => {
  expect(
    writeXml([
      'a',
      [
        ['b', '0042'],
        ['c', `<&>"'`],
        ['d', undefined],
        ['e', false],
      ],
    ]),
  ).toBe('<a><b>0042</b><c>&lt;&amp;&gt;&quot;&apos;</c><e>false</e></a>');
});
