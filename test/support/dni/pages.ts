/** Pages of the test site: a number in every format and place, and what only looks like it. */
import { SITE_NUMBER } from './site.js';

const SCRIPT = '<script src="API/dni.js?project=site"></script>';

/** How pages write +7 495 123-45-67; # stands for the digits after the prefix, in order. */
const FORMATS = [
  '+7 (###) ###-##-##',
  '8 (###) ###-##-##',
  '8-###-###-##-##',
  '+7##########',
  '8##########',
  '###.###.##.##',
  '(###) #######',
  '8\u00a0###\u00a0###\u00a0##\u00a0##',
  '007 ### ### ## ##',
  '+7\u2011###\u2011###\u2011##\u2011##',
  '+7\u2009(###)\u2009###\u2013##\u2013##',
  '### ### ####',
];
export const inFormat = (format: string, number: string): string => {
  let place = 2;
  return format.replaceAll('#', () => number[place++] ?? '');
};
export const inAllFormats = (number: string): string[] => FORMATS.map((format) => inFormat(format, number));
/** What looks like the number and is none, or is to be left alone. */
export const OTHERS = ['+1 495 123-45-67', '84951234567890', '+7 (499) 123-45-67', '12.07 4951234568'];

const formats = `
  <ul id="formats">${inAllFormats(SITE_NUMBER)
    .map((text) => `<li>${text}</li>`)
    .join('')}</ul>
  <p id="split"><b>8 (495)</b> 123<i>-45-</i>67</p>
  <ul id="others">${OTHERS.map((text) => `<li>${text}</li>`).join('')}</ul>
  <p id="kept" data-no-swap>8 (495) 123-45-67</p><textarea id="typed">8 (495) 123-45-67</textarea>
  <a id="dashed" href="tel:+7-495-123-45-67">Call</a> <a id="plain" href="tel:84951234567">us</a>
  <img id="image" alt="Phone: +7 495 123 45 67" src="data:,">
  <script type="application/ld+json" id="linked">{"telephone":"+7-495-123-4567"}</script>`;

const call =
  '<header style="padding:20px">Call <a id="number" href="tel:+74951234567">8 (495) 123-45-67</a> <b>now</b></header>';
export const PAGES = {
  '/formats': { head: SCRIPT, body: formats },
  '/': { head: SCRIPT, body: `${call}<p>${'text '.repeat(300)}</p>` },
  '/async': { head: '<script async src="API/dni.js?project=site&v=1"></script>', body: call },
  '/second': { head: SCRIPT, body: `${call}<p>second</p>` },
  '/careful': { head: '<script src="API/dni.js?project=careful"></script>', body: call },
  '/links': { head: SCRIPT, body: `${call}<a id="other" href="http://OTHER/second?x=1">other site</a>` },
  '/strict': {
    head: SCRIPT,
    body: call.replace(' style="padding:20px"', ''),
    headers: {
      'content-security-policy': "default-src 'none'; img-src data:; script-src API; connect-src API",
    },
  },
};
