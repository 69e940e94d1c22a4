/** City and country of an address from a local .mmdb file, when there is one and the optional reader is installed. */
import { readFile } from 'node:fs/promises';
import type { Logger } from '../../app/ports/ports.js';
import { present } from '../../domain/values/present.js';
import { messageOf } from '../../errors.js';
import type { Place } from '../../http/context.js';

/** The part of MaxMind's and DB-IP's city records that is read. */
interface CityRecord {
  readonly city?: { readonly names?: Readonly<Record<string, string>> };
  readonly country?: { readonly iso_code?: string };
  /** The first is the largest. */
  readonly subdivisions?: readonly { readonly iso_code?: string }[];
}

/** Undefined when there is no database or it cannot be used: visits are stored without a city, and the log says why. */
export async function openCityDatabase(
  path: string | undefined,
  logger: Logger,
): Promise<((ip: string) => Place | undefined) | undefined> {
  if (path === undefined) return undefined;
  try {
    const { Reader } = await import('mmdb-lib');
    const reader = new Reader(await readFile(path));
    return (ip) => placeOf(() => reader.get(ip) as CityRecord | null);
  } catch (error) {
    logger.warn({ path, why: messageOf(error) }, 'visits have no city: the city database cannot be used');
    return undefined;
  }
}

function placeIn({ city, country, subdivisions }: CityRecord): Place {
  const region = subdivisions?.[0]?.iso_code;
  const isKnown = country?.iso_code !== undefined && region !== undefined;
  return present({
    city: city?.names?.['en'],
    country: country?.iso_code,
    region: isKnown ? `${country.iso_code}-${region}` : undefined,
  });
}

/** An address that is none (a proxy wrote something else) is nowhere. */
function placeOf(find: () => CityRecord | null): Place | undefined {
  try {
    const found = find();
    return found === null ? undefined : placeIn(found);
  } catch {
    return undefined;
  }
}
