/** Public holidays of a country or region as dates, from date-holidays. Loaded only when some hours ask for it: it is big. */
import { createRequire } from 'node:module';
import type HolidaysOf from 'date-holidays';

const require = createRequire(import.meta.url);
const DAY_MS = 86_400_000;
/** Every year this program may meet; the rules of later ones are not known to the library either. */
const YEARS = Array.from({ length: 16 }, (_, index) => 2025 + index);

/** `RU`, `DE-BY` → `YYYY-MM-DD` of every public holiday. */
export function publicHolidays(place: string): readonly string[] {
  const calendar = calendarOf(place);
  return YEARS.flatMap((one) =>
    calendar
      .getHolidays(one)
      .filter(({ type }) => type === 'public')
      .flatMap(({ date, start, end }) => daysOf(date, end.getTime() - start.getTime())),
  );
}

/** Undefined region or country: the library answers with no holidays, which would be a silent mistake. */
export function hasHolidays(place: string): boolean {
  return calendarOf(place).getHolidays(2026).length > 0;
}

function calendarOf(place: string): HolidaysOf {
  const loaded = require('date-holidays') as typeof HolidaysOf | { readonly default: typeof HolidaysOf };
  const Calendar = 'default' in loaded ? loaded.default : loaded;
  const [country = place, region] = place.split('-');
  return region === undefined ? new Calendar(country) : new Calendar(country, region);
}

/** `date` is local to the place (`2027-01-01 00:00:00`); a holiday may last several days, or begin in the afternoon. */
function daysOf(date: string, lastsMs: number): readonly string[] {
  const first = Date.parse(`${date.slice(0, 10)}T00:00:00Z`);
  const days = Math.max(1, Math.round(lastsMs / DAY_MS));
  return Array.from({ length: days }, (_, index) =>
    new Date(first + index * DAY_MS).toISOString().slice(0, 10),
  );
}
