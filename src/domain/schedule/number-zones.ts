/**
 * The time zones a phone number may be in, by its first digits: ITU-T E.164 country codes, with the area codes of the
 * North American plan (NANPA) and of Russia (Rossvyaz), whose countries span many zones. The likeliest comes first.
 * Called when a lead does not say its zone.
 */
import type { E164 } from '../values/ids.js';

/** Zones, the likeliest first → the digits that numbers begin with. */
const ZONES_OF_PREFIXES: readonly (readonly [zones: string, prefixes: string])[] = [
  // Mobile numbers and freephones say nothing of the place.
  [
    'Europe/Moscow Europe/Kaliningrad Europe/Samara Asia/Yekaterinburg Asia/Omsk Asia/Novosibirsk Asia/Irkutsk Asia/Yakutsk Asia/Vladivostok Asia/Magadan Asia/Kamchatka',
    '79 7800',
  ],
  ['Europe/Moscow', '7'],
  ['Europe/Kaliningrad', '7401'],
  ['Europe/Samara', '7341 7842 7845 7846 7848 7851'],
  ['Asia/Yekaterinburg', '7342 7343 7345 7346 7347 7349 7351 7352 7353'],
  ['Asia/Omsk', '7381'],
  ['Asia/Novosibirsk', '7382 7383 7384 7385 7388'],
  ['Asia/Krasnoyarsk', '7390 7391 7394'],
  ['Asia/Irkutsk', '7301 7395'],
  ['Asia/Yakutsk', '7302 7411 7416'],
  ['Asia/Vladivostok', '7421 7423 7426'],
  ['Asia/Magadan', '7413 7424'],
  ['Asia/Kamchatka', '7415 7427'],
  ['Asia/Almaty', '76 77'],
  [
    'America/New_York America/Chicago America/Denver America/Los_Angeles America/Anchorage Pacific/Honolulu',
    '1',
  ],
  [
    'America/New_York',
    '1201 1202 1203 1207 1212 1215 1216 1220 1223 1227 1229 1234 1239 1240 1248 1252 1260 1267 1272 1276 1283 1301 1302 1304 1305 1313 1315 1317 1321 1326 1330 1332 1336 1339 1347 1351 1352 1380 1386 1401 1404 1407 1410 1412 1413 1419 1434 1440 1443 1445 1470 1472 1475 1478 1484 1508 1513 1516 1517 1518 1540 1551 1561 1567 1570 1571 1574 1582 1585 1586 1603 1606 1607 1609 1610 1614 1616 1617 1631 1640 1646 1656 1667 1678 1680 1681 1689 1703 1704 1706 1716 1717 1718 1724 1727 1732 1734 1740 1743 1754 1757 1762 1765 1770 1772 1774 1781 1786 1802 1803 1804 1810 1813 1814 1826 1828 1835 1838 1839 1843 1845 1848 1854 1856 1857 1859 1860 1862 1863 1864 1865 1878 1904 1908 1910 1912 1914 1917 1919 1929 1934 1937 1941 1943 1947 1948 1954 1959 1973 1978 1980 1984 1989',
  ],
  [
    'America/Chicago',
    '1205 1210 1214 1217 1218 1219 1224 1225 1228 1251 1254 1256 1262 1270 1274 1281 1308 1309 1312 1314 1316 1318 1319 1320 1325 1331 1334 1337 1346 1353 1361 1364 1402 1405 1409 1414 1417 1430 1432 1447 1464 1469 1479 1501 1504 1507 1512 1515 1531 1534 1539 1557 1563 1572 1573 1580 1601 1605 1608 1612 1615 1618 1620 1629 1630 1636 1641 1651 1659 1660 1662 1682 1701 1708 1712 1713 1715 1726 1730 1731 1737 1763 1769 1773 1779 1785 1806 1815 1816 1817 1830 1832 1847 1850 1870 1872 1901 1903 1913 1918 1920 1931 1936 1938 1940 1945 1952 1956 1972 1979 1985',
  ],
  ['America/Denver', '1208 1303 1307 1385 1406 1435 1505 1575 1719 1720 1801 1915 1970 1983 1986'],
  ['America/Phoenix', '1480 1520 1602 1623 1928'],
  [
    'America/Los_Angeles',
    '1206 1209 1213 1253 1279 1310 1323 1341 1350 1360 1408 1415 1424 1425 1442 1458 1503 1509 1510 1530 1541 1559 1562 1564 1619 1626 1628 1650 1657 1661 1669 1702 1707 1714 1725 1747 1760 1775 1805 1818 1820 1831 1840 1858 1909 1916 1925 1949 1951 1971',
  ],
  ['America/Anchorage', '1907'],
  ['Pacific/Honolulu', '1808'],
  [
    'America/Toronto',
    '1226 1249 1263 1289 1343 1354 1365 1367 1416 1418 1437 1438 1450 1468 1514 1519 1548 1579 1581 1613 1647 1683 1705 1742 1753 1807 1819 1873 1905',
  ],
  ['America/Winnipeg', '1204 1431 1584'],
  ['America/Regina', '1306 1474 1639'],
  ['America/Edmonton', '1368 1403 1587 1780 1825'],
  ['America/Vancouver', '1236 1250 1257 1604 1672 1778'],
  ['America/Halifax', '1506 1782 1902'],
  ['America/St_Johns', '1709'],
  ['Asia/Ho_Chi_Minh', '84'],
  ['Europe/Prague', '420'],
  ['Europe/Bratislava', '421'],
  ['Europe/Berlin', '49'],
  ['Europe/Paris', '33'],
  ['Europe/Rome', '39'],
  ['Europe/Madrid', '34'],
  ['Europe/Lisbon', '351'],
  ['Europe/London', '44'],
  ['Europe/Dublin', '353'],
  ['Europe/Warsaw', '48'],
  ['Europe/Vienna', '43'],
  ['Europe/Zurich', '41'],
  ['Europe/Amsterdam', '31'],
  ['Europe/Brussels', '32'],
  ['Europe/Luxembourg', '352'],
  ['Europe/Copenhagen', '45'],
  ['Europe/Stockholm', '46'],
  ['Europe/Oslo', '47'],
  ['Europe/Helsinki', '358'],
  ['Europe/Tallinn', '372'],
  ['Europe/Riga', '371'],
  ['Europe/Vilnius', '370'],
  ['Europe/Kyiv', '380'],
  ['Europe/Minsk', '375'],
  ['Europe/Chisinau', '373'],
  ['Europe/Budapest', '36'],
  ['Europe/Bucharest', '40'],
  ['Europe/Sofia', '359'],
  ['Europe/Belgrade', '381'],
  ['Europe/Zagreb', '385'],
  ['Europe/Ljubljana', '386'],
  ['Europe/Athens', '30'],
  ['Europe/Istanbul', '90'],
  ['Asia/Nicosia', '357'],
  ['Asia/Yerevan', '374'],
  ['Asia/Baku', '994'],
  ['Asia/Tbilisi', '995'],
  ['Asia/Tashkent', '998'],
  ['Asia/Bishkek', '996'],
  ['Asia/Dushanbe', '992'],
  ['Asia/Jerusalem', '972'],
  ['Asia/Dubai', '971'],
  ['Asia/Riyadh', '966'],
  ['Asia/Kolkata', '91'],
  ['Asia/Karachi', '92'],
  ['Asia/Shanghai', '86'],
  ['Asia/Hong_Kong', '852'],
  ['Asia/Taipei', '886'],
  ['Asia/Tokyo', '81'],
  ['Asia/Seoul', '82'],
  ['Asia/Bangkok', '66'],
  ['Asia/Singapore', '65'],
  ['Asia/Kuala_Lumpur', '60'],
  ['Asia/Jakarta Asia/Makassar Asia/Jayapura', '62'],
  ['Asia/Manila', '63'],
  ['Australia/Sydney Australia/Brisbane Australia/Adelaide Australia/Darwin Australia/Perth', '61'],
  ['Pacific/Auckland', '64'],
  ['America/Sao_Paulo America/Manaus America/Rio_Branco America/Noronha', '55'],
  ['America/Mexico_City America/Cancun America/Hermosillo America/Tijuana', '52'],
  ['America/Argentina/Buenos_Aires', '54'],
  ['America/Santiago', '56'],
  ['America/Bogota', '57'],
  ['America/Lima', '51'],
  ['Africa/Johannesburg', '27'],
  ['Africa/Cairo', '20'],
  ['Africa/Lagos', '234'],
  ['Africa/Nairobi', '254'],
  ['Africa/Casablanca', '212'],
];

const ZONES: ReadonlyMap<string, readonly string[]> = new Map(
  ZONES_OF_PREFIXES.flatMap(([zones, prefixes]) =>
    prefixes.split(' ').map((prefix) => [prefix, zones.split(' ')] as const),
  ),
);
const LONGEST_PREFIX = 4;

/** The likeliest first; empty for a number of nowhere that is known. */
export function zonesOfNumber(number: E164): readonly string[] {
  for (let length = LONGEST_PREFIX; length > 0; length -= 1) {
    const zones = ZONES.get(number.slice(1, 1 + length));
    if (zones !== undefined) return zones;
  }
  return [];
}

/** Every zone of the table, for the test that each exists. */
export function zonesOfTable(): readonly string[] {
  return [...new Set([...ZONES.values()].flat())];
}
