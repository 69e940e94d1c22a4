/**
 * The names under which sites, CRMs and other trackers send the same thing. One table; the http room reads request
 * fields through it and the push importer reads form fields. Letters' case, spaces and punctuation do not count.
 */

/** Our name → what others call it. The first that is filled wins. */
export const LEAD_FIELD_ALIASES = {
  phone: [
    'phone',
    'phone_number',
    'tel',
    'telephone',
    'mobile',
    'phone number',
    'caller_phone',
    'client_phone',
    'phone_1',
    'your_phone',
    'your_tel',
    'mobile_phone',
    'mobile_number',
    'contact_number',
    'work_phone',
    'телефон',
    'номер телефона',
    'ваш телефон',
    'ваш номер телефона',
    'контактный телефон',
    'мобильный телефон',
    'мобильный',
    'số điện thoại',
    'số điện thoại của bạn',
    'điện thoại',
    'sđt',
    'telefon',
    'telefonní číslo',
    'telefonní kontakt',
    'váš telefon',
    'mobil',
  ],
  client_name: [
    'client_name',
    'name',
    'fio',
    'full_name',
    'first_name',
    'customer_name',
    'your_name',
    'contact_name',
    'имя',
    'фио',
    'ваше имя',
    'имя и фамилия',
    'как вас зовут',
    'как к вам обращаться',
    'họ tên',
    'họ và tên',
    'tên',
    'tên của bạn',
    'jméno',
    'vaše jméno',
    'celé jméno',
    'jméno a příjmení',
  ],
  last_name: ['last_name', 'surname', 'family_name', 'фамилия', 'příjmení', 'họ'],
  email: [
    'email',
    'e-mail',
    'mail',
    'email_address',
    'your_email',
    'work_email',
    'почта',
    'эл. почта',
    'электронная почта',
    'e-mailová adresa',
  ],
  country: ['country', 'country_code'],
  locale: ['locale', 'language', 'lang'],
  group: ['group', 'department', 'unit'],
  call_at: ['call_at', 'schedule_time', 'scheduled_at', 'call_time'],
  form: ['form', 'form_name', 'subject'],
} as const satisfies Readonly<Record<string, readonly string[]>>;
export type LeadField = keyof typeof LEAD_FIELD_ALIASES;

/** Names of a touch. Any `utm_*` keeps its own name. */
export const TOUCH_ALIASES = {
  ga_client_id: ['ga_client_id', 'ga_cid', 'gcid', 'cid', '_ga'],
  ym_client_id: ['ym_client_id', 'ya_cid', 'ya_client_id', 'ym_uid', 'metrica_client_id'],
  gbraid: ['gbraid'],
  wbraid: ['wbraid'],
  ttclid: ['ttclid'],
  ttp: ['ttp', '_ttp'],
  gclid: ['gclid', 'gcl_id'],
  yclid: ['yclid'],
  fbclid: ['fbclid'],
  /** TikTok's own mark of the conversation or click, by which it finds the advertisement. */
  tracking_id: ['tracking_id', 'tiktok_tracking_id', 'tt_tracking_id'],
  visitor_id: ['visitor_id'],
  session_id: ['session_id', 'visitor_session', 'ct_session_id'],
  page_url: ['page_url', 'url', 'request_url', 'call_url', 'landing', 'source_url'],
  referrer: ['referrer', 'referer', 'ref'],
  ip: ['ip', 'ip_client', 'client_ip', 'remote_ip'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** Labels come with colons, stars and question marks, and Vietnamese ones in either form of Unicode. */
export const plain = (name: string): string =>
  name
    .normalize('NFC')
    .toLowerCase()
    .replaceAll(/[\s_\-:*?.,]/g, '');

function tableOf(aliases: Readonly<Record<string, readonly string[]>>): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(aliases).flatMap(([ours, theirs]) => theirs.map((name) => [plain(name), ours])),
  );
}

const LEAD_FIELDS = tableOf(LEAD_FIELD_ALIASES);
const TOUCH_NAMES = tableOf(TOUCH_ALIASES);

/** Our name of a lead's field, or undefined when it is none (then it is an answer or a touch). */
export function leadField(theirs: string): LeadField | undefined {
  return LEAD_FIELDS.get(plain(theirs)) as LeadField | undefined;
}

/** Our name in a touch, or undefined. */
export function touchName(theirs: string): string | undefined {
  const utm = /^utm[_-]?(\w+)$/i.exec(theirs.trim());
  return utm?.[1] === undefined ? TOUCH_NAMES.get(plain(theirs)) : `utm_${utm[1].toLowerCase()}`;
}
